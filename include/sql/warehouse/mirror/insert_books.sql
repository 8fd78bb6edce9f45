-- Adds the new versions of changed books to mirror.book. $1: registry code; $2: this reading.
insert into mirror.book (
    registry_code, book_id, register, opened_year, closed_year, book_no, opened_by, pages, closing_total, phase,
    collected_at, classified_at, scanned_at, scan_file, since
)
select
    $1,
    i.book_id, i.register, i.opened_year, i.closed_year, i.book_no, i.opened_by, i.pages, i.closing_total, i.phase,
    i.collected_at, i.classified_at, i.scanned_at, i.scan_file,
    $2::bigint
from incoming_book as i
where not exists (select 1 from mirror.book as m where m.registry_code = $1 and m.book_id = i.book_id)
