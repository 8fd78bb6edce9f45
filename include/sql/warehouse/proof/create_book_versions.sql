-- Makes the temporary view book_version: every version of every book, and the reading that ended it (null: newest).
-- Grain: one row per book and version. No parameters.
create temporary view book_version as
select
    registry_code, book_id, register, opened_year, book_no, opened_by, phase, collected_at, classified_at, scanned_at,
    since, cast(null as bigint) as until
from mirror.book
union all
select
    registry_code, book_id, register, opened_year, book_no, opened_by, phase, collected_at, classified_at, scanned_at,
    since, until
from mirror.book_past
