-- Adds to found_partner receipts that carry a case's natural key and are another entry's own: one in another book, or
-- under another number. Only for cases that are refused as a record, not as a person, and that no receipt was
-- found for. Grain: one row per case and receipt. :as_of; :person_codes. Needs sought_partner, pair and code_meaning.
insert into found_partner (duplicate_id, own_registry, registry_code, entry_id, receipt_id, same_book)
with lone as materialized (
    select s.*
    from sought_partner as s
    where
        s.fresh
        and s.error_code != all(:person_codes)
        and not exists (
            select 1
            from found_partner as f
            where f.duplicate_id = s.duplicate_id and f.receipt_id is not null
        )
),

near as materialized (
    select
        r.receipt_id,
        r.unit_code,
        r.register,
        r.opened_year,
        r.book_no,
        r.entry_no
    from mirror.receipt as r
    where
        exists (
            select 1
            from lone as s
            where s.opened_year = r.opened_year and s.register = r.register
        )
        and matching.live(r.received_at, r.cancelled_at, :as_of)
)

select
    s.duplicate_id,
    s.registry_code,
    p.registry_code,
    p.entry_id,
    n.receipt_id,
    false
from lone as s
inner join near as n
    on
        s.opened_year = n.opened_year
        and s.register = n.register
        and s.book_key = mirror.fold(n.book_no)
        and s.entry_key = mirror.fold(n.entry_no)
inner join matching.code_meaning as c on n.unit_code = c.unit_code and s.registry_code = c.registry_code
inner join matching.pair as p on n.receipt_id = p.receipt_id
where
    not exists (select 1 from matching.ambiguous as a where a.receipt_id = n.receipt_id)
    and not exists (
        select 1
        from found_partner as f
        where f.duplicate_id = s.duplicate_id and f.registry_code = p.registry_code and f.entry_id = p.entry_id
    )
