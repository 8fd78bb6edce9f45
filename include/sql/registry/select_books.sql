-- Returns the granted columns of some books, in the order and types of mirror.book.
-- Grain: one row per book. $1: book ids, as the text of an array.
select
    b.book_id::integer as book_id,
    b.register::text as register,
    b.opened_year::smallint as opened_year,
    b.closed_year::smallint as closed_year,
    b.book_no::text as book_no,
    b.opened_by::text as opened_by,
    b.pages::integer as pages,
    b.closing_total::integer as closing_total,
    b.phase::smallint as phase,
    b.collected_at::timestamptz as collected_at,
    b.classified_at::timestamptz as classified_at,
    b.scanned_at::timestamptz as scanned_at,
    b.scan_file::text as scan_file
from sohoa.book as b
where b.book_id = any($1::text::integer[])
