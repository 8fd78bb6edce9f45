-- Freezes what the worklists hold at a close, and what came and went since the close before.
-- Grain: one row per registry and code that has, or had, any. :close_key.
insert into closing.worklist_count (close_key, registry_code, error_code, entries, new, done, oldest_since)
select
    :close_key,
    i.registry_code,
    i.error_code,
    count(*) filter (where i.stands),
    count(*) filter (
        where i.from_key = :close_key and not exists (
            select 1
            from worklist.item as before
            where
                before.until_key = :close_key
                and before.registry_code = i.registry_code
                and before.entry_id = i.entry_id
                and before.error_code = i.error_code
        )
    ),
    count(*) filter (
        where i.until_key = :close_key and not exists (
            select 1
            from worklist.item as after
            where
                after.from_key = :close_key
                and after.registry_code = i.registry_code
                and after.entry_id = i.entry_id
                and after.error_code = i.error_code
        )
    ),
    min(i.since) filter (where i.stands)
from (
    select
        w.*,
        coalesce(w.until_key > :close_key, true) as stands
    from worklist.item as w
    where w.from_key <= :close_key and coalesce(w.until_key >= :close_key, true)
) as i
group by i.registry_code, i.error_code
having
    count(*) filter (where i.stands) > 0
    or count(*) filter (where i.until_key = :close_key) > 0
