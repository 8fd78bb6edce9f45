-- Decides which transfers go back: failed by the receiving side's fault, no live receipt that is or could be theirs, in
-- a registry that this attempt has read. An entry has at most one open decision, and one per key for ever.
-- Grain: one row per entry. :day_key; :suffix; :rule; :decided_at; :attempt_key.
-- Needs pair (pair_receipts).
insert into transfers.decision (
    day_key, registry_code, entry_id, rule, requeue_key, why, decided_at, run_id
)
select
    :day_key,
    e.registry_code,
    e.entry_id,
    :rule,
    concat_ws('/', cast(:day_key as text), e.registry_code, cast(:suffix as text)),
    concat('put back: ', e.t_error_code, ', not in the ledger'),
    :decided_at,
    :attempt_key
from mirror.entry as e
inner join plan.error_code as k on e.t_error_code = k.code and k.kind = 'remote'
where
    e.t_state = 'failed'
    and exists (
        select 1
        from pull.reading as r
        where r.attempt_key = :attempt_key and r.source_code = e.registry_code and r.was_read
    )
    and not exists (
        select 1
        from matching.pair as p
        where
            p.registry_code = e.registry_code
            and p.entry_id = e.entry_id
            and (p.cancelled_at is null or p.cancelled_at > :decided_at)
    )
    and not exists (
        select 1
        from transfers.decision as d
        where d.registry_code = e.registry_code and d.entry_id = e.entry_id and d.state = 'decided'
    )
on conflict (registry_code, entry_id, requeue_key) do nothing
