-- Returns the decisions about an entry's transfer and what became of them. Grain: one row per decision.
-- :registry_code; :entry_id.
select
    day_key,
    rule,
    requeue_key,
    why,
    decided_at,
    state,
    answered_state,
    settled_at
from transfers.decision
where registry_code = :registry_code and entry_id = :entry_id
order by decision_id
