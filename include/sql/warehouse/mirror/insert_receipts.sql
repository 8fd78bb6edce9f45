-- Adds the new versions of receipts to mirror.receipt. $1: this reading.
insert into mirror.receipt (
    receipt_id, ministry_ref, unit_code, register, opened_year, book_no, entry_no, sender_entry_id, received_at,
    cancelled_at, since
)
select
    i.receipt_id, i.ministry_ref, i.unit_code, i.register, i.opened_year, i.book_no, i.entry_no, i.sender_entry_id,
    i.received_at, i.cancelled_at,
    $1::bigint
from incoming_receipt as i
where not exists (select 1 from mirror.receipt as m where m.receipt_id = i.receipt_id)
