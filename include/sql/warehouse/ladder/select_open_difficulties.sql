-- Returns difficulties that stand open at a close. Grain: one row per registry and kind, by number. :close_key
select
    difficulty_id,
    registry_code,
    kind,
    confirmed
from ladder.difficulty
where opened_key <= :close_key and (closed_key is null or closed_key > :close_key)
order by difficulty_id
