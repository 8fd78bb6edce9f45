-- Returns the books that a baseline counts, how many of them carry a closing total, and the sum of those.
-- Grain: one row. $1: phase, or null for any; $2: newest year of opening, or null for any.
select
    count(*)::integer as books,
    count(b.closing_total)::integer as closed,
    coalesce(sum(b.closing_total), 0)::bigint as cases
from sohoa.book as b
where ($1::smallint is null or b.phase = $1::smallint) and ($2::integer is null or b.opened_year <= $2::integer)
