-- Marks a message as being sent, just before its body goes out; nothing when it is not to be sent any more.
-- Returns its key. Grain: one row. :message_key.
with claimed as (
    update mail.message as m
    set state = 'sending'
    where m.message_key = :message_key and m.state in ('queued', 'deferred')
    returning m.message_key
),

noted as (
    insert into mail.event (message_key, state)
    select
        c.message_key,
        'sending'
    from claimed as c
)

select c.message_key from claimed as c
