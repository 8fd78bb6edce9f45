-- Writes the receipts in incoming_receipt into the ledger; a sender's entry id of 0 is null.
insert into ledger.receipt (
    receipt_id, ministry_ref, unit_code, register, opened_year, book_no, entry_no, sender_entry_id, received_at
)
select i.receipt_id,
       rehearsal.ministry_ref(i.receipt_id),
       b.unit_code,
       b.register,
       b.opened_year,
       b.book_no,
       i.number || case when b.slashed then '/' || b.opened_year else '' end,
       nullif(i.sender_entry_id, 0),
       to_timestamp(i.received)
  from incoming_receipt i
  join incoming_receipt_book b on b.book = i.book
