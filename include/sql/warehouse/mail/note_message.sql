-- Notes something that happened to a message and left its state as it was. Grain: one message. :message_key; :detail.
insert into mail.event (message_key, state, detail)
select
    m.message_key,
    m.state,
    :detail
from mail.message as m
where m.message_key = :message_key
