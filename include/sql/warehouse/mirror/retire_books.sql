-- Moves the versions of changed books that the source no longer shows from mirror.book to mirror.book_past.
-- $1: registry code; $2: changed, new and vanished book ids; $3: this reading.
with gone as (
    delete from mirror.book as m
    where
        m.registry_code = $1
        and m.book_id = any($2::integer[])
        and not exists (
            select 1
            from incoming_book as i
            where
                i.book_id = m.book_id
                and row(
                    i.register, i.opened_year, i.closed_year, i.book_no, i.opened_by, i.pages, i.closing_total, i.phase,
                    i.collected_at, i.classified_at, i.scanned_at, i.scan_file
                ) is not distinct from row(
                    m.register, m.opened_year, m.closed_year, m.book_no, m.opened_by, m.pages, m.closing_total, m.phase,
                    m.collected_at, m.classified_at, m.scanned_at, m.scan_file
                )
        )
    returning m.*
)

insert into mirror.book_past
select
    gone.*,
    $3::bigint as until
from gone
