-- Makes matching.book: where a book is counted, and the book itself as one number, which groups faster than its key
-- does. Grain: one row per book. No parameters.
create unlogged table matching.book as
select
    registry_code,
    book_id,
    register,
    phase,
    opened_year,
    row_number() over (order by registry_code, register, phase, opened_year, book_id)::integer as place
from mirror.book
