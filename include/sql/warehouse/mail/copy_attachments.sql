-- Gives a message the files and pictures of another one, or of what that is a copy of. Grain: one file. :from_key;
-- :message_key.
insert into mail.attachment (message_key, place, name, media_type, content, about, content_id)
select
    :message_key,
    a.place,
    a.name,
    a.media_type,
    a.content,
    a.about,
    a.content_id
from mail.message as m
inner join mail.attachment as a on coalesce(m.copy_of, m.message_key) = a.message_key
where m.message_key = :from_key
