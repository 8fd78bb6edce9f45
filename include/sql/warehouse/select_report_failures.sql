-- Returns rejected and failed transfers by code: those that the baseline counts (own) and those of books done before it
-- (earlier). on_receiver: the receiving side's fault, never counted against a unit.
-- Grain: one row per registry, state and code. :close_key; :baseline; :receiver_codes (LIKE patterns).
select
    e.registry_code,
    e.state,
    e.error_code,
    e.state = 'failed' and e.error_code like any(:receiver_codes) as on_receiver,
    coalesce(sum(e.entries) filter (where n.phase is null or e.phase = n.phase), 0)::integer as own,
    coalesce(sum(e.entries) filter (where e.phase != n.phase), 0)::integer as earlier
from closing.code_count as e
inner join plan.baseline as n on n.baseline = :baseline
where e.close_key = :close_key
group by e.registry_code, e.state, e.error_code
order by e.registry_code, e.state, e.error_code
