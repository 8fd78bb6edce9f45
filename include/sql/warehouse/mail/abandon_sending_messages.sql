-- Gives up messages that a sender left behind in the middle of sending: they may have been received, so they are not
-- sent again. Call only while holding the outbox's lock. Grain: one message. :now; :detail.
with left_behind as (
    update mail.message as m
    set
        state = 'uncertain',
        attempts = m.attempts + 1,
        settled_at = :now,
        detail = :detail
    where m.state = 'sending'
    returning m.message_key
)

insert into mail.event (message_key, state, detail)
select
    l.message_key,
    'uncertain',
    :detail
from left_behind as l
