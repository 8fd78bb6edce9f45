-- Returns what became of the decisions to re-queue that were made for a close.
-- Grain: one row per registry and state of the decision. :close_key.
select
    d.registry_code,
    d.state,
    count(*)::integer as entries
from transfers.decision as d
where d.day_key = :close_key
group by d.registry_code, d.state
order by d.registry_code, d.state
