-- Returns one message of the outbox as it goes over the line: to `recipient`; a copy has the words and the headers of
-- the message that it is a copy of. Grain: one row. :message_key.
select
    m.message_key,
    m.address as recipient,
    o.address,
    o.copies,
    o.message_id,
    o.reply_to,
    o.subject,
    o.html,
    o.plain,
    m.state,
    m.attempts
from mail.message as m
inner join mail.message as o on coalesce(m.copy_of, m.message_key) = o.message_key
where m.message_key = :message_key
