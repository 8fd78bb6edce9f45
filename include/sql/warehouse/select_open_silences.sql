-- Returns the silences that were noticed and have not ended: registry and first failure.
-- Grain: one row per registry. No parameters.
select
    n.registry_code,
    n.since
from (
    select distinct on (a.registry_code) a.*
    from sources.alert as a
    order by a.registry_code asc, a.alert_id desc
) as n
where n.kind = 'silent'
order by n.registry_code
