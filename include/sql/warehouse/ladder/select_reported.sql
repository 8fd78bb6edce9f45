-- Returns what daily reports up to a close say of difficulties, and the cases entered on the four days up to each.
-- Grain: one row per registry and report, by registry and day. :close_key.
with at_close as (
    select
        c.close_key,
        c.day,
        c.as_of,
        c.baseline
    from closing.close as c
    where c.close_key = :close_key
),

worked as (
    select
        p.registry_code,
        c.day,
        p.entered_in_day,
        array[
            lag(p.entered_in_day, 3) over days,
            lag(p.entered_in_day, 2) over days,
            lag(p.entered_in_day, 1) over days,
            p.entered_in_day
        ] as entered_in_days
    from at_close as a
    inner join closing.close as c on a.as_of >= c.as_of and c.kind = 'daily'
    inner join closing.progress as p on c.close_key = p.close_key and c.baseline = p.baseline
    window days as (partition by p.registry_code order by c.day)
)

select
    d.registry_code,
    d.report_date,
    d.difficulties,
    d.internet_ok,
    w.entered_in_days
from at_close as a
inner join mirror.daily_report as d on a.day >= d.report_date
left join worked as w on d.registry_code = w.registry_code and d.report_date = w.day
order by d.registry_code, d.report_date
