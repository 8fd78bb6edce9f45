-- Returns the flags of a close. Grain: one row per registry and kind. :close_key
select
    registry_code,
    kind,
    stage,
    quota,
    done,
    due,
    needed_per_day,
    pace_per_day,
    streak,
    newly
from ladder.flag
where close_key = :close_key
order by registry_code, kind
