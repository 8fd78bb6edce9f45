-- Returns the files that go with a message, or with the one that it is a copy of, in their order. Grain: one row per
-- file. :message_key.
select
    a.name,
    a.media_type,
    a.content,
    a.content_id
from mail.message as m
inner join mail.attachment as a on coalesce(m.copy_of, m.message_key) = a.message_key
where m.message_key = :message_key
order by a.place
