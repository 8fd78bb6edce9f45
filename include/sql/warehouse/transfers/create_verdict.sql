-- Makes the temporary table verdict: what is to happen to each failing entry, by the first of the rules that applies,
-- and from when. action: settle, hold, poison, put_back. rounds and made as in tried; null action: nothing now.
-- Grain: one row per entry. :as_of. Needs failing, in_ledger, tried and first_seen.
create temporary table verdict on commit drop as
with known as (
    select
        f.*,
        l.receipt_id,
        coalesce(l.own, false) as own,
        coalesce(t.open, false) as open,
        coalesce(t.made, 0) as made,
        coalesce(t.rounds, 0) as rounds,
        t.put_at,
        t.told_at,
        t.refused_at,
        s.corrected,
        case
            when f.action = 'ask_ledger' then s.seen_at + make_interval(mins => f.first_wait_minutes)
        end as asked_until
    from failing as f
    left join in_ledger as l on f.registry_code = l.registry_code and f.entry_id = l.entry_id
    left join tried as t on f.registry_code = t.registry_code and f.entry_id = t.entry_id
    left join first_seen as s on f.registry_code = s.registry_code and f.entry_id = s.entry_id
),

judged as (
    select
        k.*,
        case
            when k.open or k.told_at > k.read_at then null
            -- What the Ministry refused stays people's: a receipt that could be another's takes it off nobody's list.
            when k.receipt_id is not null and (k.own or k.action != 'hold')
                then case
                    when k.t_state = 'sent' and k.asked_until > :as_of then null
                    when k.class != 'duplicate' then 'in the ledger'
                end
            when k.not_duplicate then 'not a duplicate'
            when k.class = 'duplicate' then null
            when k.action = 'hold' then 'held'
            when k.made >= k.attempts then case when k.asked_until > :as_of then null else 'attempts used up' end
            when k.action = 'worklist' then case when k.corrected then 'corrected' end
            when k.action = 'ask_ledger' then 'not received'
            when k.action = 'put_back' then 'remote fault'
        end as rule
    from known as k
)

select
    registry_code,
    entry_id,
    t_state,
    error_code,
    sends,
    outcome,
    class,
    failed_at,
    receipt_id,
    own,
    made,
    rounds,
    rule,
    cast(null as bigint) as redrive_id,
    case rule
        when 'in the ledger' then 'settle' when 'held' then 'hold' when 'attempts used up' then 'poison'
        else case when rule is not null then 'put_back' end
    end as action,
    case rule
        when 'in the ledger' then concat_ws('/', 'settle', outcome, sends)
        when 'held' then concat_ws('/', 'hold', coalesce(error_code, ''), sends)
        when 'attempts used up' then concat_ws('/', 'poison', outcome, rounds)
    end as done_key,
    greatest(
        asked_until,
        case
            when made > 0 and rule in ('remote fault', 'not received')
                then put_at + transfers.wait(registry_code, entry_id, made, first_wait_minutes, longest_wait_minutes)
        end,
        refused_at + make_interval(mins => coalesce(longest_wait_minutes, 480))
    ) as due_at
from judged
