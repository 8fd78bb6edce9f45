-- Returns the decision that put a case back as no duplicate. Grain: one row, or none. :registry_code; :entry_id.
select
    decided_at,
    requeue_key,
    state
from transfers.decision
where registry_code = :registry_code and entry_id = :entry_id and rule = 'not a duplicate'
