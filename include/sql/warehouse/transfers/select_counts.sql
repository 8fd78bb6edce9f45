-- Returns what was decided about transfers for a close, and how its last wave left things (null: it had none, since
-- the ledger was not read). Grain: one row. :day_key.
with last_wave as (
    select *
    from transfers.wave
    where day_key = :day_key
    order by as_of desc, wave_id desc
    limit 1
)

select
    d.*,
    w.breaker,
    w.step,
    w.cap,
    w.lately_accepted,
    w.due,
    w.waiting,
    w.not_due,
    w.as_of,
    w.why
from (
    select
        count(*) filter (where state = 'requeued')::integer as put_back,
        count(*) filter (where state = 'decided')::integer as untold,
        count(*) filter (where state = 'not_permitted')::integer as not_permitted,
        count(*) filter (where state in ('not_requeued', 'unreached'))::integer as not_needed,
        count(*) filter (where action = 'settle')::integer as settled,
        count(*) filter (where action = 'hold')::integer as held,
        count(*) filter (where action = 'poison')::integer as poisoned
    from transfers.decision
    where day_key = :day_key
) as d
left join last_wave as w on true
