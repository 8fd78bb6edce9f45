-- Makes the temporary table sought_partner: cases still to be decided whose partner is to be looked for: without one in
-- the ledger, or whose receipt does not count any more. fresh: look everywhere; else that was done before, and only
-- entries newer than looked_reading, and the partner known without a receipt, can be news.
-- Grain: one row per case. :as_of. Needs refused_duplicate.
create temporary table sought_partner on commit drop as
with lost as (
    select d.duplicate_id
    from transfers.duplicate as d
    inner join mirror.receipt as t on d.partner_receipt_id = t.receipt_id and t.cancelled_at <= :as_of
    where d.remaining
    union
    select d.duplicate_id
    from transfers.duplicate as d
    inner join mirror.receipt_past as t on d.partner_receipt_id = t.receipt_id
    where d.remaining and not exists (select 1 from mirror.receipt as r where r.receipt_id = t.receipt_id)
)

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
left join lateral (
    select e.entry_id
    from mirror.entry as e
    where e.registry_code = d.partner_registry and e.entry_id = d.partner_entry_id
    order by e.entry_id
    limit 1
) as p on true
where
    d.remaining
    and (d.partner_receipt_id is null or d.duplicate_id in (select l.duplicate_id from lost as l))
