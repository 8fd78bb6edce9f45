-- Writes the receipts in incoming_receipt into the ledger; a sender's entry id of 0 is null.
insert into ledger.receipt (
    receipt_id, ministry_ref, unit_code, register, opened_year, book_no, entry_no, sender_entry_id, received_at,
    cancelled_at
)
select i.receipt_id,
       rehearsal.ministry_ref(i.receipt_id),
       c.unit_code,
       b.register,
       b.opened_year,
       rehearsal.spelt(b.book_no, i.nfd > 0) || repeat(' ', i.loose::integer),
       case when i.loose > 0 then ' ' || replace(w.entry_no, 'số ', 'Số  ') else w.entry_no end,
       nullif(i.sender_entry_id, 0),
       to_timestamp(i.received),
       to_timestamp(nullif(i.cancelled, 0))
  from incoming_receipt i
  join incoming_receipt_book b on b.book = i.book
  join incoming_receipt_code c on c.code = i.code
 cross join lateral (
    select rehearsal.spelt(
        rehearsal.entry_no(i.number, case when i.bare > 0 then 0 else b.style end, b.opened_year), i.nfd > 0
    ) as entry_no
 ) w
