-- Adds up what closes froze of each registry under a baseline, for those that have no tally: books by stage, open
-- defects, and where the transfers of its cases stand. Classes are null where none was frozen. Under way: queued, sent,
-- failed through the receiving side, accepted without a receipt, and what is held for the desk or the data team
-- (duplicates, codes that nobody knows): all of it handed over, none of it the unit's to do.
-- Grain: one row per close and registry. :close_key: the newest close; :baseline.
insert into pace.tally (
    close_key, baseline, registry_code, collected, classified, scanned, under_way, refused, answered, open_defects
)
with untallied as (
    select c.close_key
    from closing.close as c
    where
        c.close_key <= :close_key
        and c.kind != 'tail'
        and c.state != 'open'
        and not exists (
            select 1 from pace.tallied as t
            where t.close_key = c.close_key and t.baseline = :baseline
        )
),

figures as (
    select
        f.close_key,
        f.registry_code,
        sum(f.books_collected) as collected,
        sum(f.books_classified) as classified,
        sum(f.books_scanned) as scanned,
        sum(f.open_defects) as open_defects,
        -- Who has entered nothing has nothing under way, though it has no classes either.
        case when sum(f.entered) = 0 then 0 end as nothing
    from untallied as u
    inner join closing.figure as f on u.close_key = f.close_key
    inner join plan.baseline as n on n.baseline = :baseline and (n.phase is null or f.phase = n.phase)
    group by f.close_key, f.registry_code
),

-- A registry of which any class was frozen has none of the others.
classes as (
    select
        k.close_key,
        k.registry_code,
        coalesce(
            sum(k.items) filter (
                where
                n.counts
                and (k.class in ('E5', 'E6-duplicate', 'E6-other', 'E6-unknown', 'E8', 'E9') or k.class like 'E7%')
            ),
            0
        ) as under_way,
        coalesce(sum(k.items) filter (where n.counts and k.class = 'E6-correctable'), 0) as refused,
        coalesce(
            sum(k.items) filter (
                where n.counts and (k.class in ('E1', 'E2', 'E3', 'E4', 'E5') or k.class like 'E6%')
            ),
            0
        ) as answered
    from closing.class_count as k
    cross join
        lateral (
            select
                (b.phase is null or k.phase = b.phase)
                and (b.opened_year_max is null or k.opened_year <= b.opened_year_max) as counts
            from plan.baseline as b
            where b.baseline = :baseline
        ) as n
    -- An array and no join: the close is looked up by the index instead of among all there ever were.
    where k.close_key = any(array(select u.close_key from untallied as u))
    group by k.close_key, k.registry_code
)

select
    r.close_key,
    :baseline,
    r.registry_code,
    f.collected,
    f.classified,
    f.scanned,
    coalesce(k.under_way, f.nothing),
    coalesce(k.refused, f.nothing),
    coalesce(k.answered, f.nothing),
    f.open_defects
from untallied as u
inner join closing.registry_close as r on u.close_key = r.close_key
left join figures as f on r.close_key = f.close_key and r.registry_code = f.registry_code
left join classes as k on r.close_key = k.close_key and r.registry_code = k.registry_code
