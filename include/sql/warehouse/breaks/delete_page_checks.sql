-- Forgets what was found of pages: new versions of entries are looked at anew, and an entry that is in a changed book
-- no more has left it. No parameters. Needs changed_book and changed_entry.
with gone as (
    select
        p.registry_code,
        p.entry_id
    from breaks.page_check as p
    inner join changed_book as b on p.registry_code = b.registry_code and p.book_id = b.book_id
    left join changed_entry as e
        on p.registry_code = e.registry_code and p.book_id = e.book_id and p.entry_id = e.entry_id
    where coalesce(e.is_new, true)
    union all
    select
        p.registry_code,
        p.entry_id
    from breaks.page_check as p
    left join breaks.book_check as c on p.registry_code = c.registry_code and p.book_id = c.book_id
    where c.book_id is null
)

delete from breaks.page_check as p
using gone as g
where p.registry_code = g.registry_code and p.entry_id = g.entry_id
