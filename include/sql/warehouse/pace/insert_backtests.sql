-- Freezes how far intervals foretold for this close and earlier ones held, of registries that were still at work when
-- they were foretold. What came is what is known of the close by now.
-- Grain: one row per number of closes ahead, and one (0) for all. :close_key; :baseline.
insert into pace.backtest (close_key, ahead, intervals, held, error_middle, error_naive)
with came as (
    select
        p.close_key,
        p.registry_code,
        coalesce(r.entered, p.entered) as entered
    from closing.progress as p
    inner join closing.close as c on p.close_key = c.close_key and c.state in ('closed', 'gaps')
    left join closing.restated_progress as r
        on
            p.close_key = r.close_key
            and p.baseline = r.baseline
            and p.registry_code = r.registry_code
            and r.seen_at <= :close_key
    where p.close_key <= :close_key and p.baseline = :baseline
)

select
    :close_key,
    coalesce(i.ahead, 0),
    count(*),
    count(*) filter (where m.entered between floor(i.low) and ceil(i.high)),
    avg(abs(m.entered - i.middle)),
    avg(abs(m.entered - i.naive))
from pace.interval as i
inner join came as m on i.for_key = m.close_key and i.unit_code = m.registry_code
inner join pace.forecast as f
    on
        i.close_key = f.close_key
        and i.scope = f.scope
        and i.unit_code = f.unit_code
        and f.stage = 'entered'
        and f.p50_days > 0
where i.scope = 'registry' and i.for_key <= :close_key and i.close_key < :close_key and m.entered is not null
group by grouping sets ((i.ahead), ())
having count(*) > 0
