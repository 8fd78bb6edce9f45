-- Returns the books of a registry's record as of a close: those that balance, and those that did and do not any more,
-- each with the day since when. Grain: one row per book, by register, year, number, id.
-- :close_key; :registry_codes.
with stood as (
    select
        b.*,
        lag(b.balanced, 1, false) over (partition by b.registry_code, b.book_id order by b.close_key) as before
    from completion.book as b
    where b.close_key <= :close_key and b.registry_code = any(:registry_codes)
),

newest as (
    select distinct on (registry_code, book_id) *
    from stood
    where balanced != before
    order by registry_code asc, book_id asc, close_key desc
)

select
    n.registry_code,
    n.book_id,
    n.balanced,
    n.register,
    n.opened_year,
    n.book_no,
    n.closing_total,
    n.entered,
    n.attached,
    n.received,
    c.day
from newest as n
inner join closing.close as c on n.close_key = c.close_key
order by n.registry_code, n.register, n.opened_year, n.book_no, n.book_id
