-- Returns the present health of every registry of the plan, with its name. Grain: one row per registry, by code.
-- No parameters.
select
    u.full_name,
    h.registry_code,
    h.outcome,
    h.tried_at,
    h.took_ms,
    h.last_read_at,
    h.entries,
    h.silent_since,
    h.silent_outcome,
    h.acknowledged_from,
    h.acknowledged_until,
    h.acknowledged_why
from sources.health as h
inner join plan.unit as u on h.registry_code = u.code
order by h.registry_code
