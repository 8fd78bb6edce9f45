-- Step 3 of matching: receipts unpaired still, by the natural key: unit (the present code, the opener's, a
-- predecessor's), register, opened year, book number, entry number, compared folded.
-- Grain: one row per receipt and candidate entry. No parameters. Needs unpaired and pair.
insert into matching.pair (receipt_id, registry_code, entry_id, received_at, cancelled_at, crowded)
select
    r.receipt_id,
    e.registry_code,
    e.entry_id,
    r.received_at,
    r.cancelled_at,
    false as crowded
from unpaired as r
inner join mirror.book as b
    on
        r.opened_year = b.opened_year
        and mirror.fold(r.register) = mirror.fold(b.register)
        and mirror.fold(r.book_no) = mirror.fold(b.book_no)
inner join mirror.entry as e
    on
        b.registry_code = e.registry_code
        and b.book_id = e.book_id
        and mirror.fold(r.entry_no) = mirror.fold(e.entry_no)
where
    not exists (select 1 from matching.pair as p where p.receipt_id = r.receipt_id)
    and (
        r.unit_code = b.opened_by
        or exists (
            select 1
            from plan.code_meaning as m
            where m.unit_code = r.unit_code and m.registry_code = b.registry_code
        )
    )
