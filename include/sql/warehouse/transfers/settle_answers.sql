-- Records a registry's answers to one call of requeue, and returns what the decisions came to. A transfer that was not
-- put back though its state would let it be (too lately sent by the registry's clock, or failed just now) stays open.
-- Grain: one row per decision. $1: registry code; $2: requeue key; $3 entry ids, $4 whether put back, $5 states: arrays
-- of equal length; $6: moment of settling.
update transfers.decision as d
set
    state = case
        when a.requeued then 'requeued'
        when a.state in ('failed', 'rejected', 'sent') then 'decided'
        else 'not_requeued'
    end,
    answered_state = a.state,
    settled_at = case when a.requeued or a.state in ('queued', 'accepted') or a.state is null then $6::timestamptz end
from unnest($3::bigint[], $4::boolean[], $5::text[]) as a (entry_id, requeued, state)
where d.registry_code = $1 and d.requeue_key = $2 and d.entry_id = a.entry_id and d.state = 'decided'
returning d.state
