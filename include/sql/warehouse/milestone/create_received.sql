-- Makes the temporary table milestone_done: entries that were received at an instant, under a baseline, from the mirror
-- and the ledger as they are now. Grain: one row per registry that has any. :instant; :baseline.
-- Needs pair, and crowd and received_ambiguous made for that instant.
create temporary table milestone_done on commit drop as
with counted as (
    select
        e.registry_code,
        count(*) as done
    from plan.baseline as n
    inner join mirror.book as b
        on
            (n.phase is null or n.phase = b.phase)
            and (n.opened_year_max is null or n.opened_year_max >= b.opened_year)
    inner join mirror.entry as e
        on
            b.registry_code = e.registry_code
            and b.book_id = e.book_id
            and (n.entered_from is null or n.entered_from <= e.entered_at)
    inner join matching.received(:instant) as r on e.registry_code = r.registry_code and e.entry_id = r.entry_id
    where n.baseline = :baseline
    group by e.registry_code
),

uncertain as (
    select
        a.registry_code,
        sum(a.entries) as done
    from plan.baseline as n
    inner join received_ambiguous as a
        on
            not a.before
            and n.entered_from is null
            and (n.phase is null or n.phase = a.phase)
            and (n.opened_year_max is null or n.opened_year_max >= a.opened_year)
    where n.baseline = :baseline
    group by a.registry_code
)

select
    registry_code,
    sum(done)::integer as done
from (
    select * from counted
    union all
    select * from uncertain
) as found
group by registry_code
