-- Puts what stands on registries' lists from a close on; since when, by the reading that first saw it there with this
-- code, if it stood there otherwise before. Grain: one row per entry. :close_key. Needs refused, and end_items before.
insert into worklist.item (
    registry_code, entry_id, error_code, register, opened_year, book_no, entry_no, sends, since, version, from_key
)
select
    r.registry_code,
    r.entry_id,
    r.error_code,
    r.register,
    r.opened_year,
    r.book_no,
    r.entry_no,
    r.sends,
    coalesce(
        w.since,
        (
            select k.state_read_at
            from closing.registry_close as k
            where k.close_key = :close_key and k.registry_code = r.registry_code
        )
    ),
    r.version,
    :close_key
from refused as r
left join worklist.item as w
    on
        w.until_key = :close_key
        and r.registry_code = w.registry_code
        and r.entry_id = w.entry_id
        and r.error_code = w.error_code
where not exists (
    select 1
    from worklist.item as i
    where i.until_key is null and i.registry_code = r.registry_code and i.entry_id = r.entry_id
)
