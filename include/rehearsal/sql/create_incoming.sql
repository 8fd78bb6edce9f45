-- Where changes of a registry are copied to: numbers only (seconds since the epoch, 0 for null); texts are made of them by the upserts.
create temp table incoming_book (
    book_id bigint, collected bigint, classified bigint, scanned bigint, scan_kind bigint
) on commit drop;
create temp table incoming_entry (
    entry_id bigint, book_id bigint, number bigint, style bigint, entered bigint, attached bigint, reviewed bigint,
    corrected bigint, defect bigint, page_book_id bigint, page_number bigint, page_kind bigint, person bigint,
    changed bigint
) on commit drop;
create temp table incoming_transfer (
    entry_id bigint, state bigint, attempts bigint, queued bigint, sent bigint, answered bigint, error bigint, key bigint
) on commit drop;
create temp table gone_transfer (entry_id bigint) on commit drop;
create temp table gone_entry (entry_id bigint) on commit drop;
