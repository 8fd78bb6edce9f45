-- Returns those of a chunk of decisions that may still be carried out, and keeps others from settling them until the
-- transaction ends. Grain: one row per decision. $1: registry code; $2: key of the close; $3: requeue key;
-- $4: entry ids.
select entry_id
from transfers.decision
where
    registry_code = $1
    and cleared_for = $2
    and requeue_key = $3
    and entry_id = any($4::bigint[])
    and state = 'decided'
for update
