-- Returns what an evening was for each registry of the ladder, with the level told, since when it is flagged, for how
-- many closes in a row, and how many of these count. Grain: one row per registry, by registry. :close_key.
select
    b.registry_code,
    b.outcome,
    b.in_row,
    b.counted,
    c.day as since,
    s.level
from ladder.climb as b
inner join closing.close as c on b.episode_key = c.close_key
left join ladder.step as s on b.close_key = s.close_key and b.registry_code = s.registry_code
where b.close_key = :close_key
order by b.registry_code
