-- Returns the flags of a close as the ladder sees them. Grain: one row per registry and kind. :close_key
select
    registry_code,
    kind,
    stage,
    owner,
    streak
from ladder.flag
where close_key = :close_key
order by registry_code, kind
