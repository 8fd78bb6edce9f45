-- Returns the messages of a close to some addresses. Grain: one row per message. :close_key; :addresses, in lower case.
select
    address,
    office,
    state,
    coalesce(settled_at, queued_at) as stood_at
from mail.message
where close_key = :close_key and kind = 'daily' and lower(address) = any(:addresses)
order by address
