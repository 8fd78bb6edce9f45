-- Makes the temporary table sought_partner: cases still to be decided whose partner is to be looked for: without one in
-- the ledger, or whose receipt does not count any more. fresh: look everywhere; else that was done before, and only
-- entries newer than looked_reading, and the partner known without a receipt, can be news.
-- Grain: one row per case. :as_of. Needs refused_duplicate.
create temporary table sought_partner on commit drop as
select
    d.duplicate_id,
    d.partner_registry,
    d.partner_entry_id,
    d.partners,
    d.looked_reading is null
    or d.partner_receipt_id is not null
    or (d.partner_entry_id is not null and p.entry_id is null) as fresh,
    coalesce(d.looked_reading, 0) as looked_reading,
    r.registry_code,
    r.entry_id,
    r.book_id,
    r.register,
    r.opened_year,
    r.opened_by,
    r.error_code,
    mirror.fold(r.register) as register_key,
    mirror.fold(r.book_no) as book_key,
    mirror.fold(r.entry_no) as entry_key,
    substring(r.entry_no from '\d{1,9}')::integer as number
from transfers.duplicate as d
inner join refused_duplicate as r on d.registry_code = r.registry_code and d.entry_id = r.entry_id
left join mirror.entry as p on d.partner_registry = p.registry_code and d.partner_entry_id = p.entry_id
where
    d.remaining
    and not exists (
        select 1
        from mirror.receipt as t
        where t.receipt_id = d.partner_receipt_id and matching.live(t.received_at, t.cancelled_at, :as_of)
    )
