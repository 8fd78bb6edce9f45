-- Writes the decisions that have no effect outside, each once for ever: settled by the ledger, held, attempts used up.
-- Returns how many of each are new. Grain: one row. :day_key; :as_of; :attempt_key. Needs verdict.
with made as (
    insert into transfers.decision (
        day_key, registry_code, entry_id, rule, requeue_key, why, decided_at, run_id, state, settled_at, action,
        outcome, error_code, sends, receipt_id
    )
    select
        :day_key,
        v.registry_code,
        v.entry_id,
        v.rule,
        v.done_key,
        concat_ws(
            ' ',
            coalesce(v.error_code, 'not answered') || ':',
            case v.action
                when 'settle' then 'not sent again, the ledger has receipt ' || v.receipt_id
                when 'hold' then case when v.class = 'unknown' then 'unknown to the plan' else 'refused' end
                when 'poison' then 'put back ' || v.made || ' times'
            end
        ),
        :as_of,
        :attempt_key,
        'done',
        :as_of,
        v.action,
        v.outcome,
        v.error_code,
        v.sends,
        case when v.action = 'settle' then v.receipt_id end
    from verdict as v
    where
        v.action in ('settle', 'hold', 'poison')
        -- What people look at is settled by a receipt of its own alone, not by one that could be another's.
        and (v.action != 'settle' or v.class = 'remote' or v.own and exists (
            select 1
            from transfers.decision as k
            where
                k.registry_code = v.registry_code
                and k.entry_id = v.entry_id
                and k.action in ('hold', 'poison')
        ))
        and not exists (
            select 1
            from transfers.decision as d
            where d.registry_code = v.registry_code and d.entry_id = v.entry_id and d.requeue_key = v.done_key
        )
    on conflict (registry_code, entry_id, requeue_key) do nothing
    returning action
)

select
    count(*) filter (where action = 'settle')::integer as settled,
    count(*) filter (where action = 'hold')::integer as held,
    count(*) filter (where action = 'poison')::integer as poisoned
from made
