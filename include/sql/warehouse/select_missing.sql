-- Returns the registries without data at a close, with what happened and the close that knew them last.
-- Grain: one row per registry. :close_key
select
    k.registry_code,
    u.full_name,
    k.outcome,
    k.last_known_key
from closing.registry_close as k
inner join plan.unit as u on k.registry_code = u.code
where k.close_key = :close_key and k.reading_id is null
order by k.registry_code
