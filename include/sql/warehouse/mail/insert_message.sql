-- Puts a message into the outbox with its first event, unless its key is there already. Returns the key when it is new.
-- Grain: one message. :message_key; :close_key; :kind; :address; :office; :message_id; :reply_to; :subject; :html and
-- :plain (null: those of the message that it is a copy of); :copies, addresses; :copy_of and :resend_of (null: none);
-- :state; :queued_at; :not_before (null: it may go at once); :detail; :by_whom (null: the system itself).
with added as (
    insert into mail.message (
        message_key, close_key, kind, address, office, message_id, reply_to, subject, html, plain, copies, copy_of,
        resend_of, state, queued_at, not_before
    )
    values (
        :message_key, :close_key, :kind, :address, :office, :message_id, :reply_to, :subject, :html, :plain, :copies,
        :copy_of, :resend_of, :state, :queued_at, :not_before
    )
    on conflict (message_key) do nothing
    returning message_key
),

noted as (
    insert into mail.event (message_key, state, detail, by_whom)
    select
        a.message_key,
        :state,
        :detail,
        :by_whom
    from added as a
)

select a.message_key from added as a
