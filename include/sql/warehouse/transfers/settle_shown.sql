-- Settles open decisions by what registries that this attempt has read show now: the key that put an entry back last;
-- else an entry that is gone, was sent since, or now fails otherwise than it did, and is decided about anew.
-- :attempt_key; :as_of of the present run.
with shown as (
    select
        d.decision_id,
        e.t_state,
        case
            when e.t_requeue_key = d.requeue_key then 'requeued'
            when f.entry_id is null then 'unreached'
            when f.sends != d.sends or f.outcome != d.outcome then 'unreached'
        end as state
    from transfers.decision as d
    left join mirror.entry as e on d.registry_code = e.registry_code and d.entry_id = e.entry_id
    left join transfers.failing as f on d.registry_code = f.registry_code and d.entry_id = f.entry_id
    where
        d.state = 'decided'
        and exists (
            select 1
            from transfers.reading as r
            where r.attempt_key = :attempt_key and r.registry_code = d.registry_code
        )
)

update transfers.decision as d
set
    state = s.state,
    answered_state = s.t_state,
    settled_at = :as_of
from shown as s
where d.decision_id = s.decision_id and s.state is not null
