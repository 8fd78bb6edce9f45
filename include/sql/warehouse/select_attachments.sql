-- Returns the files that go with a message, in their order. Grain: one row per file. :message_key.
select
    a.name,
    a.media_type,
    a.content
from mail.attachment as a
where a.message_key = :message_key
order by a.place
