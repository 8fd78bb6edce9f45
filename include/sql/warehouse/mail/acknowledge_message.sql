-- Notes who has said that a message arrived and was read; one of which that was not known has arrived,
-- then. Returns its key, or nothing where it has not gone out or was acknowledged before. Grain: one row. :message_key;
-- :now; :by_whom.
with acknowledged as (
    update mail.message as m
    set
        state = 'accepted',
        acknowledged_at = :now,
        acknowledged_by = :by_whom
    where m.message_key = :message_key and m.state in ('accepted', 'uncertain') and m.acknowledged_at is null
    returning m.message_key
),

noted as (
    insert into mail.event (message_key, state, detail, by_whom)
    select
        a.message_key,
        'accepted',
        'acknowledged',
        :by_whom
    from acknowledged as a
)

select a.message_key from acknowledged as a
