-- Returns the open decisions about one registry that a close's run may carry out, the oldest failure first.
-- Grain: one row per decision. $1: key of the close; $2: registry code.
select
    d.entry_id,
    d.requeue_key,
    d.why
from transfers.decision as d
left join mirror.entry as e on d.registry_code = e.registry_code and d.entry_id = e.entry_id
where d.cleared_for = $1 and d.registry_code = $2 and d.state = 'decided'
order by coalesce(e.t_answered_at, e.t_sent_at) nulls first, d.entry_id
