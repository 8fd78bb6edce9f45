-- Returns the present health of every registry of the plan, with its name. Grain: one row per registry, by code.
-- No parameters.
select
    u.full_name,
    h.*
from sources.health as h
inner join plan.unit as u on h.registry_code = u.code
order by h.registry_code
