-- Returns when units will be done, as frozen for a close. Grain: one row per unit and stage. :close_key
select
    scope,
    unit_code,
    stage,
    remaining,
    pace_per_day,
    needed_per_day,
    p50_days,
    p85_days,
    chance,
    days_used,
    shrunk,
    naive_days
from pace.forecast
where close_key = :close_key
