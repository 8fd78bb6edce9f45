-- Adds a file to a message of the outbox. Grain: one file. :message_key; :place; :name; :media_type; :content; :about;
-- :content_id (null: it is attached, not shown in the text).
insert into mail.attachment (message_key, place, name, media_type, content, about, content_id)
values (:message_key, :place, :name, :media_type, :content, :about, :content_id)
