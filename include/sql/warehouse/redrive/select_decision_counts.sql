-- Returns how many decisions were made for a day, by what was decided and what became of it.
-- Grain: one row per rule, action, outcome and state. :day_key; :registry_code (null: any).
select
    d.rule,
    d.action,
    coalesce(d.outcome, '') as outcome,
    d.state,
    count(*)::integer as entries,
    count(distinct d.registry_code)::integer as registries
from transfers.decision as d
where d.day_key = :day_key and (cast(:registry_code as text) is null or d.registry_code = :registry_code)
group by d.rule, d.action, coalesce(d.outcome, ''), d.state
order by entries desc, d.rule asc, d.action asc, outcome asc, d.state asc
