-- Where new receipts are copied to: numbers only, joined to the books' texts by the insert.
create temp table incoming_receipt (
    receipt_id bigint, book bigint, number bigint, sender_entry_id bigint, received bigint
) on commit drop;
create temp table incoming_receipt_book (
    book bigint, unit_code text, register text, opened_year smallint, book_no text, slashed boolean
) on commit drop;
