-- Changes the state of a message, and of its copies, for a reason and, where a person wants it, by name; leaves those
-- in another state than :from_states. Returns the keys of what has changed. Grain: one row per message.
-- :message_key; :state; :from_states; :now; :detail; :by_whom (null: the system itself).
with changed as (
    update mail.message as m
    set
        state = :state,
        settled_at = :now,
        next_try = null,
        detail = :detail
    where (m.message_key = :message_key or m.copy_of = :message_key) and m.state = any(:from_states)
    returning m.message_key
),

noted as (
    insert into mail.event (message_key, state, detail, by_whom)
    select
        c.message_key,
        :state,
        :detail,
        :by_whom
    from changed as c
)

select c.message_key from changed as c
