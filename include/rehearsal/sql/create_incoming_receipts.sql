-- Where receipts are copied to: numbers only (0 for null), joined to the texts of books and codes by the insert.
create temp table incoming_receipt (
    receipt_id bigint, book bigint, code bigint, number bigint, sender_entry_id bigint, received bigint,
    cancelled bigint, nfd bigint, loose bigint, bare bigint
) on commit drop;
create temp table incoming_receipt_book (
    book bigint, register text, opened_year smallint, book_no text, style bigint
) on commit drop;
create temp table incoming_receipt_code (code bigint, unit_code text) on commit drop;
create temp table cancelled_receipt (receipt_id bigint, cancelled bigint) on commit drop;
