-- Forgets what was found of keys: new versions of entries and receipts are looked at anew, and an entry that is in a
-- changed book no more has left it. No parameters. Needs changed_book, changed_entry and changed_receipt.
with gone as (
    select
        k.registry_code,
        k.entry_id
    from breaks.key_check as k
    inner join changed_book as b on k.registry_code = b.registry_code and k.book_id = b.book_id
    left join changed_entry as e
        on k.registry_code = e.registry_code and k.book_id = e.book_id and k.entry_id = e.entry_id
    where coalesce(e.is_new, true)
    union all
    select
        k.registry_code,
        k.entry_id
    from breaks.key_check as k
    left join breaks.book_check as c on k.registry_code = c.registry_code and k.book_id = c.book_id
    where c.book_id is null
    union all
    select
        k.registry_code,
        k.entry_id
    from breaks.key_check as k
    inner join changed_receipt as r on k.receipt_id = r.receipt_id
)

delete from breaks.key_check as k
using gone as g
where k.registry_code = g.registry_code and k.entry_id = g.entry_id
