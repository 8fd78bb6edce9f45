-- Notes what became of an attempt to send a message. Grain: one message. :message_key; :state; :now; :smtp_code;
-- :detail; :next_try (null: it is not to wait, or not to be tried again).
with settled as (
    update mail.message as m
    set
        state = :state,
        attempts = m.attempts + 1,
        settled_at = :now,
        next_try = :next_try,
        smtp_code = :smtp_code,
        detail = :detail
    where m.message_key = :message_key
    returning m.message_key
)

insert into mail.event (message_key, state, smtp_code, detail)
select
    s.message_key,
    :state,
    :smtp_code,
    :detail
from settled as s
