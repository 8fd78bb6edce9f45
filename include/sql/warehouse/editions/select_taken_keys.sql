-- Returns the keys of messages that begin with a key. Grain: one row per message. :message_key.
select m.message_key
from mail.message as m
where m.message_key = :message_key or starts_with(m.message_key, :message_key || '/')
