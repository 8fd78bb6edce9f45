-- Returns the letters of a close to some addresses, and what became of them. Grain: one row per letter. :close_key;
-- :addresses, in lower case.
select
    address,
    office,
    state,
    stood_at,
    acknowledged_at is not null as acknowledged
from mail.letter
where close_key = :close_key and kind = 'daily' and lower(address) = any(:addresses)
order by address
