-- Returns rejected and failed transfers by code: those that the baseline counts (own) and those of books done before it
-- (earlier). name: what the plan calls the code, null for a code that it does not know. on_receiver: the receiving
-- side's fault, never counted against a unit. Grain: one row per registry, state and code. :close_key; :baseline.
select
    e.registry_code,
    e.state,
    e.error_code,
    k.name_vi as name,
    coalesce(e.state = 'failed' and k.kind = 'remote', false) as on_receiver,
    coalesce(sum(e.entries) filter (where n.phase is null or e.phase = n.phase), 0)::integer as own,
    coalesce(sum(e.entries) filter (where e.phase != n.phase), 0)::integer as earlier
from closing.code_count as e
inner join plan.baseline as n on n.baseline = :baseline
left join plan.error_code as k on e.error_code = k.code
where e.close_key = :close_key
group by e.registry_code, e.state, e.error_code, k.name_vi, k.kind
order by e.registry_code, e.state, e.error_code
