-- Returns what a close can tell the worklists of: registries among :registry_codes whose reading shows error codes, and
-- the codes of what a registry can correct. Grain: one row. :close_key.
select
    array(
        select k.registry_code
        from closing.registry_close as k
        where
            k.close_key = :close_key
            and k.registry_code = any(:registry_codes)
            and not k.lacking @> array['transfer.error_code']
        order by k.registry_code
    ) as registry_codes,
    array(
        select c.code
        from plan.error_code as c
        where c.kind = 'correctable'
        order by c.code
    ) as codes
