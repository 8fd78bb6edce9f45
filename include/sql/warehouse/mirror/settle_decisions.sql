-- Records a registry's answers to one call of requeue. $1: registry code; $2: requeue key; $3 entry ids, $4 whether put
-- back, $5 states: arrays of equal length; $6: moment of settling.
update transfers.decision as d
set
    state = case when a.requeued then 'requeued' else 'not_requeued' end,
    answered_state = a.state,
    settled_at = $6
from unnest($3::bigint[], $4::boolean[], $5::text[]) as a (entry_id, requeued, state)
where d.registry_code = $1 and d.requeue_key = $2 and d.entry_id = a.entry_id and d.state = 'decided'
