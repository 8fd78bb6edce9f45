-- Returns why nobody is to be told of a registry on a day. Grain: one row per registry, by registry; '' is all of them.
-- :day
select
    registry_code,
    'acknowledged' as held
from ladder.acknowledgement
where :day between from_day and until_day
union
select
    coalesce(registry_code, '') as registry_code,
    'silenced' as held
from ladder.silence
where :day between from_day and until_day and lifted_at is null
order by registry_code, held
