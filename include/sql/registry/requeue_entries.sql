-- Puts transfers back in the registry's queue, at most once per entry and key, and returns its answer.
-- Grain: one row per entry asked for. $1: entry ids; $2: key; $3: why (no personal data).
select
    entry_id,
    requeued,
    state
from sohoa.requeue($1::bigint[], $2::text, $3::text)
