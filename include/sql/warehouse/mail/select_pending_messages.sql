-- Returns the keys of messages that are to be sent now, oldest first. Grain: one row per message.
-- :close_key (null: all); :now.
select m.message_key
from mail.message as m
where
    m.state in ('queued', 'deferred')
    and (m.not_before is null or m.not_before <= :now)
    and (m.next_try is null or m.next_try <= :now)
    and (cast(:close_key as text) is null or m.close_key = :close_key)
order by m.queued_at, m.message_key
