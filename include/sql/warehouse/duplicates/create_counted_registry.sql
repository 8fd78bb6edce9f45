-- Makes the temporary table counted_registry: registries whose duplicates are to be counted for a close: not counted
-- for it yet, or counted while they (or the ledger) could not be read, and read since. Grain: one row per registry.
-- :close_key; :ledger_read.
create temporary table counted_registry on commit drop as
select
    g.registry_code,
    coalesce(k.state_read_at is not null and :ledger_read, false) as looked
from (
    select registry_code
    from plan.registry
    union
    select registry_code
    from transfers.duplicate
) as g
left join closing.registry_close as k on g.registry_code = k.registry_code and k.close_key = :close_key
where
    not exists (
        select 1
        from closing.duplicate_count as c
        where
            c.close_key = :close_key
            and c.registry_code = g.registry_code
            and (c.looked or not coalesce(k.state_read_at is not null and :ledger_read, false))
    )
