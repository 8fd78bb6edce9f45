-- Returns one message of the outbox. Grain: one row. :message_key.
select
    m.message_key,
    m.address,
    m.message_id,
    m.reply_to,
    m.subject,
    m.html,
    m.plain,
    m.queued_at
from mail.message as m
where m.message_key = :message_key
