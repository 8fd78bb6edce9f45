-- Makes the session's tables for rows on their way into the mirror; emptied at each commit. No parameters.
create temporary table if not exists incoming_digest
(book_id integer, entries integer, digest text) on commit delete rows;

create temporary table if not exists incoming_book on commit delete rows as
select
    book_id, register, opened_year, closed_year, book_no, opened_by, pages, closing_total, phase,
    collected_at, classified_at, scanned_at, scan_file
from mirror.book
with no data;

create temporary table if not exists incoming_entry on commit delete rows as
select
    entry_id,
    book_id,
    entry_no,
    entered_at,
    scan_attached_at,
    reviewed_at,
    corrected_at,
    page_file,
    defects,
    changed_at,
    t_state, t_attempts, t_queued_at, t_sent_at, t_answered_at, t_error_code, t_ministry_ref, t_requeue_key
from mirror.entry
with no data;

create temporary table if not exists incoming_receipt on commit delete rows as
select
    receipt_id, ministry_ref, unit_code, register, opened_year, book_no, entry_no, sender_entry_id, received_at,
    cancelled_at
from mirror.receipt
with no data;
