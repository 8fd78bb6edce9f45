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
        sum(f.open_defects) as open_defects
    from untallied as u
    inner join closing.figure as f on u.close_key = f.close_key
    inner join plan.baseline as n on n.baseline = :baseline and (n.phase is null or f.phase = n.phase)
    group by f.close_key, f.registry_code
),

classes as (
    select
        k.close_key,
        k.registry_code,
        sum(k.items) filter (
            where k.class in ('E5', 'E6-duplicate', 'E6-other', 'E6-unknown', 'E8', 'E9') or k.class like 'E7%'
        ) as under_way,
        sum(k.items) filter (where k.class = 'E6-correctable') as refused,
        sum(k.items) filter (
            where k.class in ('E1', 'E2', 'E3', 'E4', 'E5') or k.class like 'E6%'
        ) as answered
    from untallied as u
    inner join closing.class_count as k on u.close_key = k.close_key
    inner join plan.baseline as n on n.baseline = :baseline
    where
        k.side = 'entry'
        and (n.phase is null or k.phase = n.phase)
        and (n.opened_year_max is null or k.opened_year <= n.opened_year_max)
    group by k.close_key, k.registry_code
),

classed as (
    select distinct
        k.close_key,
        k.registry_code
    from untallied as u
    inner join closing.class_count as k on u.close_key = k.close_key
)

select
    r.close_key,
    :baseline,
    r.registry_code,
    f.collected,
    f.classified,
    f.scanned,
    case when d.registry_code is not null then coalesce(k.under_way, 0) end,
    case when d.registry_code is not null then coalesce(k.refused, 0) end,
    case when d.registry_code is not null then coalesce(k.answered, 0) end,
    f.open_defects
from untallied as u
inner join closing.registry_close as r on u.close_key = r.close_key
left join figures as f on r.close_key = f.close_key and r.registry_code = f.registry_code
left join classes as k on r.close_key = k.close_key and r.registry_code = k.registry_code
left join classed as d on r.close_key = d.close_key and r.registry_code = d.registry_code
