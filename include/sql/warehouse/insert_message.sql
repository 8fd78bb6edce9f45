-- Puts a message into the outbox with its first event, unless its key is there already. Returns the key when it is new.
-- Grain: one message. :message_key; :close_key; :kind; :address; :office; :message_id; :reply_to; :subject; :html;
-- :plain; :queued_at; :not_before (null: it may go at once); :detail.
with added as (
    insert into mail.message (
        message_key, close_key, kind, address, office, message_id, reply_to, subject, html, plain, queued_at,
        not_before
    )
    values (
        :message_key, :close_key, :kind, :address, :office, :message_id, :reply_to, :subject, :html, :plain, :queued_at,
        :not_before
    )
    on conflict (message_key) do nothing
    returning message_key
),

noted as (
    insert into mail.event (message_key, state, detail)
    select
        a.message_key,
        'queued',
        :detail
    from added as a
)

select a.message_key from added as a
