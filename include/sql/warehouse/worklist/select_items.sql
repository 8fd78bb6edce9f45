-- Returns what worklists hold at a close, a registry after the other, in the order of its books: an entry's number is
-- the first run of digits in it. Grain: one row per entry.
-- :close_key; :registry_codes (null: all); :error_code (null: any); :at_most.
select
    i.registry_code,
    i.entry_id,
    i.error_code,
    i.register,
    i.opened_year,
    i.book_no,
    i.entry_no,
    i.sends,
    i.since
from worklist.item as i
where
    i.from_key <= :close_key
    and coalesce(i.until_key > :close_key, true)
    and (cast(:registry_codes as text[]) is null or i.registry_code = any(:registry_codes))
    and (cast(:error_code as text) is null or i.error_code = :error_code)
order by
    i.registry_code,
    i.register,
    i.opened_year,
    i.book_no,
    cast(left(substring(i.entry_no from '\d+'), 9) as integer) nulls last,
    i.entry_no,
    i.entry_id
limit :at_most
