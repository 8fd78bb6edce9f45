-- Returns what the outbox has of a close as it was posted: its words are not made from frozen figures alone. Alarms to
-- the data team are not among them: they stand for no close of papers. Grain: one row per message, by key. :close_key.
select
    message_key,
    kind,
    address,
    office,
    reply_to,
    subject,
    html,
    plain
from mail.as_posted
where close_key = :close_key
order by message_key
