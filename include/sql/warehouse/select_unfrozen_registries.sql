-- Returns the registries that have a good reading made for a close and whose state no closing of it has frozen yet.
-- Grain: one row per registry. :close_key. Call before insert_basis.
select k.registry_code
from closing.registry_close as k
where
    k.close_key = :close_key
    and k.state_read_at is not null
    and not exists (
        select 1
        from closing.basis as b
        where b.close_key = :close_key and b.source_code = k.registry_code and b.froze
    )
