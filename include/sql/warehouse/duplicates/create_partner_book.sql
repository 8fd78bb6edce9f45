-- Makes the temporary table partner_book: books that a case's partner can stand in: its own, and those of the same
-- unit, register, year and number in any registry, compared folded. Grain: one row per case and book. No parameters.
-- Needs sought_partner.
create temporary table partner_book on commit drop as
with folded as materialized (
    select
        registry_code,
        book_id,
        opened_by,
        opened_year,
        mirror.fold(register) as register_key,
        mirror.fold(book_no) as book_key
    from mirror.book
)

select
    s.duplicate_id,
    s.registry_code as own_registry,
    s.entry_id as own_entry_id,
    s.entry_key,
    s.fresh,
    s.looked_reading,
    s.partner_registry,
    s.partner_entry_id,
    b.registry_code,
    b.book_id
from sought_partner as s
inner join folded as b
    on
        s.opened_by = b.opened_by
        and s.opened_year = b.opened_year
        and s.register_key = b.register_key
        and s.book_key = b.book_key
