-- Notes that a message carries figures of a close to whoever answers for an area. Grain: one row.
-- :message_key; :close_key; :edition; :area_code; :address; :rendered_at.
insert into mail.edition (message_key, close_key, edition, area_code, address, rendered_at)
values (:message_key, :close_key, :edition, :area_code, :address, :rendered_at)
