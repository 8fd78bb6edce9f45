-- Makes the temporary table proof_book: books as the mirror showed them to a closing. Grain: one row per book.
-- No parameters. Needs book_version and proof_basis.
create temporary table proof_book on commit drop as
select
    v.registry_code,
    v.book_id,
    v.register,
    v.opened_year,
    v.book_no,
    v.opened_by,
    v.phase,
    v.collected_at,
    v.classified_at,
    v.scanned_at
from book_version as v
inner join proof_basis as s on v.registry_code = s.source_code
where v.since <= s.reading_id and (v.until is null or v.until > s.reading_id)
