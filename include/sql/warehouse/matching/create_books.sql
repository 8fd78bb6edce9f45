-- Makes matching.book: the place that a book is counted in, as a number, which groups faster than four columns do.
-- Grain: one row per book. No parameters.
create unlogged table matching.book as
select
    registry_code,
    book_id,
    register,
    phase,
    opened_year,
    dense_rank() over (order by registry_code, register, phase, opened_year)::integer as place
from mirror.book
