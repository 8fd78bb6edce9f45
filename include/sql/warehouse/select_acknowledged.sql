-- Returns the acknowledgement of a registry that holds: at most one row. Grain: the registry. :registry_code
select
    a.from_day,
    a.until_day
from sources.acknowledged as a
where a.registry_code = :registry_code
