-- Makes the temporary table proof_receipt: receipts as the mirror showed them to a closing. Grain: one row per receipt.
-- No parameters. Needs receipt_version and proof_basis.
create temporary table proof_receipt on commit drop as
select
    v.receipt_id,
    v.ministry_ref,
    v.unit_code,
    v.register,
    v.opened_year,
    v.book_no,
    v.entry_no,
    v.sender_entry_id,
    v.received_at,
    v.cancelled_at
from receipt_version as v
inner join proof_basis as s on s.source_code = 'ministry'
where v.since <= s.reading_id and (v.until is null or v.until > s.reading_id)
