-- Returns one close. Grain: at most one row. :close_key
select
    close_key,
    day,
    kind,
    as_of,
    previous_as_of,
    state,
    baseline,
    plan_digest,
    opened_at,
    closed_at,
    run_id,
    ledger_reading_id,
    held_why,
    summary
from closing.close
where close_key = :close_key
