-- Returns who is to be told of which registry after a close, since when it is flagged, and the difficulty that explains
-- it, where it is told to that one's owner. Grain: one row per registry and level, by level and registry. :close_key.
select
    s.registry_code,
    s.level,
    s.told_unit,
    s.told_office,
    s.told_address,
    coalesce(s.episode_key, s.close_key) as episode_key,
    c.day as since,
    coalesce(b.in_row, 1) as in_row,
    s.difficulty_id
from ladder.step as s
inner join closing.close as c on c.close_key = coalesce(s.episode_key, s.close_key)
left join ladder.climb as b on s.close_key = b.close_key and s.registry_code = b.registry_code
where s.close_key = :close_key
order by s.level, s.registry_code
