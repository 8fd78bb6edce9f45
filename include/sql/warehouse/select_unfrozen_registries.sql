-- Returns the registries that have a good reading made for a close and whose state figures are not frozen yet.
-- Grain: one row per registry. :close_key. Call before upsert_figures.
select k.registry_code
from closing.registry_close as k
where
    k.close_key = :close_key
    and k.state_read_at is not null
    and not exists (
        select 1
        from closing.figure as f
        where f.close_key = :close_key and f.registry_code = k.registry_code and f.queued is not null
    )
