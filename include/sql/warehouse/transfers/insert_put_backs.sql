-- Decides which transfers go back: what is due, the oldest failure first over the whole province, as many as :room.
-- An entry has at most one open decision, and one per key for ever. Grain: one row per entry.
-- :day_key; :as_of; :instant (of the key); :attempt_key; :wave_id; :room. Needs verdict.
insert into transfers.decision (
    day_key, registry_code, entry_id, rule, requeue_key, why, decided_at, run_id, action, outcome, error_code, sends,
    attempt_no, wave_id, due_at, redrive_id, cleared_for
)
select
    :day_key,
    v.registry_code,
    v.entry_id,
    v.rule,
    concat_ws(
        '/',
        cast(:day_key as text),
        v.registry_code,
        case v.rule
            when 'corrected' then 'corrected' when 'redrive' then 'redrive' when 'not a duplicate' then 'not-duplicate'
            else 'remote'
        end || '-' || cast(:instant as text)
    ),
    concat(
        'put back: ',
        coalesce(v.error_code, 'not answered'),
        ', ',
        case v.rule
            when 'corrected' then 'corrected since'
            when 'redrive' then 'redrive ' || v.redrive_id
            when 'not a duplicate' then 'no duplicate'
            else 'not in the ledger'
        end
    ),
    :as_of,
    :attempt_key,
    'put_back',
    v.outcome,
    v.error_code,
    v.sends,
    case when v.rule = 'redrive' then 1 else v.made + 1 end,
    :wave_id,
    v.due_at,
    v.redrive_id,
    :day_key
from verdict as v
where v.action = 'put_back' and coalesce(v.due_at <= :as_of, true)
order by v.failed_at nulls first, v.registry_code, v.entry_id
limit :room
on conflict do nothing
