-- Makes the temporary table found_partner: entries under the same natural key as a case: in the same book, or in one
-- of the same key in another registry, under the same number, compared folded; each with its receipt that counts at
-- :as_of.
-- Grain: one row per case and such entry. :as_of. Needs sought_partner, partner_book, pair and ambiguous.
create temporary table found_partner on commit drop as
with same as materialized (
    select
        s.duplicate_id,
        s.own_registry,
        e.registry_code,
        e.entry_id
    from partner_book as s
    inner join mirror.entry as e
        on
            s.registry_code = e.registry_code
            and s.book_id = e.book_id
            and s.entry_key = e.entry_key
    where
        (s.own_registry, s.own_entry_id) != (e.registry_code, e.entry_id)
        and (
            s.fresh
            or e.since > s.looked_reading
            or (s.partner_registry = e.registry_code and s.partner_entry_id = e.entry_id)
        )
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
