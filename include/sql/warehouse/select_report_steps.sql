-- Returns who is to be told of which registry after a close. Grain: one row per registry and level, by registry.
-- :close_key.
select
    s.registry_code,
    s.level,
    s.told_unit,
    s.told_office,
    s.told_address
from ladder.step as s
where s.close_key = :close_key
order by s.registry_code, s.level
