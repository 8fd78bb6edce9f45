-- Returns what pace is judged on: each registry with a quota under the close's baseline and known figures, with its
-- measured pace over the last closed days and whether it was flagged when it was last judged.
-- Grain: one row per registry. :close_key; :kind of flag; :pace_closes: how many daily closes the pace looks back.
with judged as (
    select
        p.registry_code,
        p.baseline,
        p.quota,
        p.entered,
        p.attached,
        p.reviewed,
        p.received
    from closing.close as c
    inner join closing.progress as p on c.close_key = p.close_key and c.baseline = p.baseline
    where c.close_key = :close_key and p.quota is not null and p.entered is not null
),

measured as (
    select
        p.registry_code,
        p.entered_in_day,
        row_number() over (partition by p.registry_code order by p.close_key desc) as back
    from closing.progress as p
    inner join closing.close as c on p.close_key = c.close_key
    inner join judged as j on p.registry_code = j.registry_code and p.baseline = j.baseline
    where p.close_key <= :close_key and p.entered_in_day is not null and c.kind = 'daily'
),

pace as (
    select
        registry_code,
        avg(entered_in_day) as per_day
    from measured
    where back <= :pace_closes
    group by registry_code
)

select
    j.registry_code,
    j.quota,
    j.entered,
    j.attached,
    j.reviewed,
    j.received,
    pace.per_day as entered_per_day,
    last_flag.streak as last_streak
from judged as j
left join pace on j.registry_code = pace.registry_code
left join lateral (
    select max(p.close_key) as close_key
    from closing.progress as p
    where
        p.registry_code = j.registry_code
        and p.baseline = j.baseline
        and p.close_key < :close_key
        and p.entered is not null
) as last_judged on true
left join ladder.flag as last_flag
    on
        last_judged.close_key = last_flag.close_key
        and j.registry_code = last_flag.registry_code
        and last_flag.kind = :kind
        -- What was taken back does not count in a row.
        and not exists (
            select 1
            from ladder.withdrawal as w
            where w.close_key = last_flag.close_key and w.registry_code = last_flag.registry_code
        )
order by j.registry_code
