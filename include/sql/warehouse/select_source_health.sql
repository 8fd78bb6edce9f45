-- Returns the present health of every registry of the plan, with its name, and of the ledger, without one.
-- Grain: one row per source, by code.
-- No parameters.
select
    u.full_name,
    h.source_code,
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
left join plan.unit as u on h.source_code = u.code
order by h.source_code
