-- Keeps entries and receipts with one reference whose register, year, book or number differ (compared folded), where
-- the entry or the receipt changed. Grain: one row per entry and receipt. No parameters.
-- Needs matching.pair, changed_entry and changed_receipt.
insert into breaks.key_check (registry_code, book_id, entry_id, receipt_id)
with both_sides as (
    select
        e.registry_code,
        e.book_id,
        e.entry_id,
        e.entry_no,
        r.receipt_id,
        r.register,
        r.opened_year,
        r.book_no,
        r.entry_no as receipt_entry_no
    from changed_entry as e
    inner join mirror.receipt as r on e.ministry_ref = r.ministry_ref
    where e.is_new
    union all
    select
        e.registry_code,
        e.book_id,
        e.entry_id,
        e.entry_no,
        r.receipt_id,
        r.register,
        r.opened_year,
        r.book_no,
        r.entry_no as receipt_entry_no
    from changed_receipt as r
    inner join matching.pair as p on r.receipt_id = p.receipt_id
    inner join mirror.entry as e on p.registry_code = e.registry_code and p.entry_id = e.entry_id
    where r.ministry_ref = e.t_ministry_ref
)

select
    s.registry_code,
    s.book_id,
    s.entry_id,
    s.receipt_id
from both_sides as s
inner join mirror.book as b on s.registry_code = b.registry_code and s.book_id = b.book_id
where
    (s.register, s.opened_year, s.book_no, s.receipt_entry_no)
    is distinct from (b.register, b.opened_year, b.book_no, s.entry_no)
    and (
        s.opened_year != b.opened_year
        or mirror.fold(s.register) != mirror.fold(b.register)
        or mirror.fold(s.book_no) != mirror.fold(b.book_no)
        or mirror.fold(s.receipt_entry_no) != mirror.fold(s.entry_no)
    )
on conflict do nothing
