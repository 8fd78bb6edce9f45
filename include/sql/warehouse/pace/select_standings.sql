-- Returns each registry's stages against their roadmaps, as frozen for a close. Grain: one row per registry and stage.
-- :close_key
select
    registry_code,
    stage,
    planned,
    done,
    planned_days,
    earned_days
from pace.standing
where close_key = :close_key
