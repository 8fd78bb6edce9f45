-- Returns the checks of a run, with the names of registries. Grain: one row per source, role and check, by source.
-- :run_id
select
    p.source_code,
    u.full_name,
    p.role,
    p.check_name,
    p.verdict,
    p.found,
    p.measured
from sources.preflight as p
left join plan.unit as u on p.source_code = u.code
where p.run_id = :run_id
order by p.source_code, p.role, p.preflight_id
