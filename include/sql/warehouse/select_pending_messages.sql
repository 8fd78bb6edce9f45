-- Returns the keys of messages still to be sent, oldest first. Grain: one row per message. :close_key (null: all).
select m.message_key
from mail.message as m
where
    m.state in ('queued', 'deferred')
    and (cast(:close_key as text) is null or m.close_key = :close_key)
order by m.queued_at, m.message_key
