-- Returns what an evening was for each registry of the ladder, with the level told. Grain: one row per registry, by
-- registry. :close_key.
select
    b.registry_code,
    b.outcome,
    s.level
from ladder.climb as b
left join ladder.step as s on b.close_key = s.close_key and b.registry_code = s.registry_code
where b.close_key = :close_key
order by b.registry_code
