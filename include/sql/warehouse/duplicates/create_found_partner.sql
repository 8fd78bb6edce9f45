-- Makes the temporary table found_partner: entries under the same natural key as a case: in the same book, or in the
-- book of the same unit, register, year and number in any registry, with the same number, all compared folded; each
-- with its receipt that counts at :as_of. Grain: one row per case and such entry. :as_of.
-- Needs sought_partner, pair and ambiguous.
create temporary table found_partner on commit drop as
with named_book as materialized (
    select
        b.registry_code,
        b.book_id,
        s.opened_by,
        s.opened_year,
        s.register_key,
        s.book_key
    from (
        select distinct
            opened_by,
            opened_year,
            register_key,
            book_key
        from sought_partner
    ) as s
    inner join mirror.book as b
        on
            s.opened_by = b.opened_by
            and s.opened_year = b.opened_year
            and s.register_key = mirror.fold(b.register)
            and s.book_key = mirror.fold(b.book_no)
),

numbered as materialized (
    select
        n.*,
        e.entry_id,
        mirror.fold(e.entry_no) as entry_key
    from named_book as n
    inner join mirror.entry as e on n.registry_code = e.registry_code and n.book_id = e.book_id
),

same as materialized (
    select
        s.duplicate_id,
        s.registry_code as own_registry,
        n.registry_code,
        n.entry_id
    from sought_partner as s
    inner join numbered as n
        on
            s.opened_by = n.opened_by
            and s.opened_year = n.opened_year
            and s.register_key = n.register_key
            and s.book_key = n.book_key
            and s.entry_key = n.entry_key
    where (s.registry_code, s.entry_id) != (n.registry_code, n.entry_id)
),

received as (
    select
        p.registry_code,
        p.entry_id,
        min(p.receipt_id) as receipt_id
    from matching.pair as p
    where
        matching.live(p.received_at, p.cancelled_at, :as_of)
        and not exists (select 1 from matching.ambiguous as a where a.receipt_id = p.receipt_id)
        and exists (select 1 from same as m where m.registry_code = p.registry_code and m.entry_id = p.entry_id)
    group by p.registry_code, p.entry_id
)

select
    m.duplicate_id,
    m.own_registry,
    m.registry_code,
    m.entry_id,
    r.receipt_id,
    true as same_book
from same as m
left join received as r on m.registry_code = r.registry_code and m.entry_id = r.entry_id
