-- Freezes when units will be done with one stage. Grain: one row per unit.
-- :close_key; :stage; arrays of equal length, null where not known: :codes, :scopes and the columns by their names.
insert into pace.forecast (
    close_key, unit_code, scope, stage, remaining, pace_per_day, needed_per_day, p50_days, p85_days, chance, days_used,
    shrunk, naive_days
)
select
    :close_key,
    f.code,
    f.scope,
    :stage,
    f.remaining,
    f.pace_per_day,
    f.needed_per_day,
    f.p50_days,
    f.p85_days,
    f.chance,
    f.days_used,
    f.shrunk,
    f.naive_days
from unnest(
    cast(:codes as text[]),
    cast(:scopes as text[]),
    cast(:remaining as double precision[]),
    cast(:pace_per_day as double precision[]),
    cast(:needed_per_day as double precision[]),
    cast(:p50_days as double precision[]),
    cast(:p85_days as double precision[]),
    cast(:chance as double precision[]),
    cast(:days_used as integer[]),
    cast(:shrunk as boolean[]),
    cast(:naive_days as double precision[])
) as f (
    code, scope, remaining, pace_per_day, needed_per_day, p50_days, p85_days, chance, days_used, shrunk, naive_days
)
