-- Settles decisions of earlier runs whose effect was never confirmed, in registries that this attempt has read: the
-- registry shows the key that put an entry back last. :attempt_key; :as_of of the present run.
update transfers.decision as d
set
    state = case when e.t_requeue_key = d.requeue_key then 'requeued' else 'unreached' end,
    answered_state = e.t_state,
    settled_at = :as_of
from transfers.decision as o
left join mirror.entry as e on o.registry_code = e.registry_code and o.entry_id = e.entry_id
where
    d.decision_id = o.decision_id
    and o.state = 'decided'
    and o.decided_at < :as_of
    and exists (
        select 1
        from pull.reading as r
        where r.attempt_key = :attempt_key and r.source_code = o.registry_code and r.was_read
    )
