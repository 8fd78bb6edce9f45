-- Returns a registry's newest evening, where it was flagged then. Grain: one row, or none. :registry_code
select b.close_key
from ladder.climb as b
where
    b.registry_code = :registry_code
    and b.outcome != 'ended'
    and b.close_key = (
        select max(x.close_key)
        from ladder.climb as x
        where x.registry_code = :registry_code
    )
