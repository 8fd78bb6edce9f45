-- Returns who is told after a close that a registry is off the ladder. Grain: one row per registry and address, by
-- address. :close_key.
select
    e.registry_code,
    e.told_unit,
    e.told_office,
    e.told_address,
    c.day as since,
    b.in_row
from ladder.episode_end as e
inner join closing.close as c on e.episode_key = c.close_key
inner join ladder.climb as b on e.close_key = b.close_key and e.registry_code = b.registry_code
where e.close_key = :close_key
order by lower(e.told_address), e.registry_code
