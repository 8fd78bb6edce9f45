-- Returns the registries that were looked at when a close was judged. Grain: one row per registry. :close_key
select
    registry_code,
    judged,
    apart
from pace.judged
where close_key = :close_key
order by registry_code
