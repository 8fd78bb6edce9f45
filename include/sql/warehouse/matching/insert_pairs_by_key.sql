-- Step 3 of matching: receipts unpaired still, by the natural key: unit (the present code, the opener's, a
-- predecessor's), register, opened year, book number, entry number, compared folded. Only the books that a receipt
-- names are read, and each number is folded once.
-- Grain: one row per receipt and candidate entry. No parameters. Needs unpaired and pair.
insert into matching.pair (receipt_id, registry_code, entry_id, received_at, cancelled_at, step, crowded)
with sought as materialized (
    select
        r.receipt_id,
        r.received_at,
        r.cancelled_at,
        b.registry_code,
        b.book_id,
        mirror.fold(r.entry_no) as entry_key
    from unpaired as r
    inner join mirror.book as b
        on
            r.opened_year = b.opened_year
            and mirror.fold(r.register) = mirror.fold(b.register)
            and mirror.fold(r.book_no) = mirror.fold(b.book_no)
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
),

named_book as (
    select distinct
        registry_code,
        book_id
    from sought
),

numbered as materialized (
    select
        e.registry_code,
        e.book_id,
        e.entry_id,
        mirror.fold(e.entry_no) as entry_key
    from named_book as b
    inner join mirror.entry as e on b.registry_code = e.registry_code and b.book_id = e.book_id
)

select
    s.receipt_id,
    n.registry_code,
    n.entry_id,
    s.received_at,
    s.cancelled_at,
    3 as step,
    false as crowded
from sought as s
inner join numbered as n
    on s.registry_code = n.registry_code and s.book_id = n.book_id and s.entry_key = n.entry_key
