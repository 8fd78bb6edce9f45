-- Returns the silences that were noticed and have not ended: source and first failure.
-- Grain: one row per source. No parameters.
select
    n.source_code,
    n.since
from (
    select distinct on (a.source_code) a.*
    from sources.alert as a
    order by a.source_code asc, a.alert_id desc
) as n
where n.kind = 'silent'
order by n.source_code
