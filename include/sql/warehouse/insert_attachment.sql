-- Adds a file to a message of the outbox. Grain: one file. :message_key; :place; :name; :media_type; :content; :about.
insert into mail.attachment (message_key, place, name, media_type, content, about)
values (:message_key, :place, :name, :media_type, :content, :about)
