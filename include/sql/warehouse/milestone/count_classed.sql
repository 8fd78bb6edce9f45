-- Returns of how many registries the classes of a close are known, of how many. Grain: one row. :close_key.
select
    count(*)::integer as expected,
    count(*) filter (
        where exists (
            select 1
            from closing.class_count as c
            where c.close_key = k.close_key and c.registry_code = k.registry_code and c.side = 'entry'
        )
    )::integer as covered
from closing.registry_close as k
where k.close_key = :close_key
