-- Returns what the receiving side did lately, as far as mirror and ledger show it at :as_of. Grain: one row.
-- accepted: receipts of the last :lately_hours. put_back: decided to go back in that time before :as_of, put_back_now:
-- at :as_of. answered, fell: receipts, and transfers failed by its own fault, of the last :breaker_hours. Of the wave
-- before (null: none) its breaker, and what became of what it put back. An entry that went back more often than
-- :returns and fails still says nothing of the receiving side. Needs failing and tried.
with before as (
    select *
    from transfers.wave
    where as_of < :as_of
    order by as_of desc, wave_id desc
    limit 1
),

fate as (
    select
        (count(*) filter (where e.t_state in ('accepted', 'rejected')))::integer as answered,
        (
            count(*) filter (where e.t_state = 'failed' and k.kind = 'remote' and e.t_attempts > d.sends)
        )::integer as fell
    from transfers.decision as d
    inner join mirror.entry as e on d.registry_code = e.registry_code and d.entry_id = e.entry_id
    left join plan.error_code as k on e.t_error_code = k.code
    where
        d.wave_id = (select b.wave_id from before as b)
        and d.state = 'requeued'
        and (e.t_state != 'failed' or d.attempt_no <= :returns)
),

receipts as (
    select
        count(*)::integer as accepted,
        (
            count(*) filter (where received_at > :as_of - make_interval(hours => :breaker_hours))
        )::integer as answered
    from mirror.receipt
    where
        received_at > :as_of - make_interval(hours => greatest(:lately_hours, :breaker_hours))
        and received_at <= :as_of
),

returned as (
    select
        (count(*) filter (where decided_at < :as_of))::integer as put_back,
        (count(*) filter (where decided_at = :as_of))::integer as put_back_now
    from transfers.decision
    where
        action = 'put_back'
        and state = 'requeued'
        and decided_at > :as_of - make_interval(hours => :lately_hours)
        and decided_at <= :as_of
),

fallen as (
    select count(*)::integer as fell
    from failing as f
    left join tried as t on f.registry_code = t.registry_code and f.entry_id = t.entry_id
    where
        f.t_state = 'failed'
        and f.class = 'remote'
        and f.sent_at > :as_of - make_interval(hours => :breaker_hours)
        and f.sent_at <= :as_of
        and coalesce(t.made, 0) <= :returns
)

select
    r.accepted,
    r.answered,
    l.fell,
    p.put_back,
    p.put_back_now,
    b.breaker,
    b.step,
    f.answered as fate_answered,
    f.fell as fate_fell
from receipts as r
cross join fallen as l
cross join returned as p
cross join fate as f
left join before as b on true
