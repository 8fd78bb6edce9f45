-- Returns decisions, the newest first. Grain: one row per decision. :day_key; :registry_code; :entry_id; :action;
-- :state (null: any); :at_most.
select
    d.decided_at,
    d.day_key,
    d.registry_code,
    d.entry_id,
    d.rule,
    d.action,
    coalesce(d.outcome, '') as outcome,
    coalesce(d.error_code, '') as error_code,
    d.sends,
    d.attempt_no,
    d.state,
    coalesce(d.answered_state, '') as answered,
    d.why,
    d.requeue_key
from transfers.decision as d
where
    (cast(:day_key as text) is null or d.day_key = :day_key)
    and (cast(:registry_code as text) is null or d.registry_code = :registry_code)
    and (cast(:entry_id as bigint) is null or d.entry_id = :entry_id)
    and (cast(:action as text) is null or d.action = :action)
    and (cast(:state as text) is null or d.state = :state)
order by d.decided_at desc, d.decision_id desc
limit :at_most
