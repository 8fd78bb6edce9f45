-- Returns the books of each registry and the cases that they hold, as kept for a close.
-- Grain: one row per registry. :close_key
select
    registry_code,
    books,
    holdings
from pace.books
where close_key = :close_key
