-- Makes the temporary table sought: receipts unpaired still, with each book that their natural key names: unit (the
-- present code, the opener's, a predecessor's), register, opened year, book number, compared folded.
-- Grain: one row per receipt and book. No parameters. Needs unpaired and pair.
create temporary table sought on commit drop as
-- A book once under each code that a receipt can name it by: asked for with "or", each receipt would be held against
-- the books of that year and number in the whole province.
with named_book as (
    select
        registry_code,
        book_id,
        opened_by as unit_code,
        opened_year,
        mirror.fold(register) as register_key,
        mirror.fold(book_no) as book_key
    from mirror.book
    union
    select
        b.registry_code,
        b.book_id,
        m.unit_code,
        b.opened_year,
        mirror.fold(b.register) as register_key,
        mirror.fold(b.book_no) as book_key
    from mirror.book as b
    inner join plan.code_meaning as m on b.registry_code = m.registry_code
)

select
    r.receipt_id,
    r.received_at,
    r.cancelled_at,
    b.registry_code,
    b.book_id,
    mirror.fold(r.entry_no) as entry_key
from unpaired as r
inner join named_book as b
    on
        r.unit_code = b.unit_code
        and r.opened_year = b.opened_year
        and mirror.fold(r.register) = b.register_key
        and mirror.fold(r.book_no) = b.book_key
where not exists (select 1 from matching.pair as p where p.receipt_id = r.receipt_id)
