-- Returns the letters that could not be made into papers. Grain: one row per close and address, newest close first.
-- :close_key (null: of every close).
select
    u.close_key,
    u.address,
    u.unit_code,
    u.office,
    u.why,
    u.failed_at
from mail.unwritten as u
where cast(:close_key as text) is null or u.close_key = :close_key
order by u.close_key desc, u.address asc
