-- Returns the registries without data at a close, with what happened, the close that knew them last, the last good
-- reading of any kind, and until when and why the data team has acknowledged it.
-- Grain: one row per registry. :close_key
select
    k.registry_code,
    u.full_name,
    k.outcome,
    k.last_known_key,
    k.last_read_at,
    k.acknowledged_until,
    k.acknowledged_why
from closing.registry_close as k
inner join plan.unit as u on k.registry_code = u.code
where k.close_key = :close_key and k.reading_id is null
order by k.registry_code
