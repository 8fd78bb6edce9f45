-- Returns what happened to a message, and to the same sent once more, in that order. Grain: one row per event.
-- :message_key.
select
    e.message_key,
    e.happened_at,
    e.state,
    e.smtp_code,
    e.detail,
    e.by_whom
from mail.event as e
inner join mail.message as m on e.message_key = m.message_key
where m.message_key = :message_key or m.resend_of = :message_key
order by e.event_id
