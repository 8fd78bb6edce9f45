-- Forgets the tallies of closes that were closed again since they were added up. :close_key: the newest to look at;
-- :baseline.
with outdated as (
    delete from pace.tallied as t
    where
        t.close_key <= :close_key
        and t.baseline = :baseline
        and t.closing_no != (
            select coalesce(max(b.closing_no), 0)
            from closing.basis as b
            where b.close_key = t.close_key
        )
    returning t.close_key
)

delete from pace.tally as y
using outdated
where y.close_key = outdated.close_key and y.baseline = :baseline
