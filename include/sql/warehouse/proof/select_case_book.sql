-- Returns a book as it was known last. Grain: at most one row. :registry_code; :book_id. Needs book_version.
select
    register,
    opened_year,
    book_no,
    phase
from book_version
where registry_code = :registry_code and book_id = :book_id
order by since desc
limit 1
