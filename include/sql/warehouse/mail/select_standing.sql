-- Returns how a message stands, but for its words. Grain: one row. :message_key.
select
    m.message_key,
    m.close_key,
    m.kind,
    m.address,
    m.office,
    m.copies,
    m.copy_of,
    m.resend_of,
    m.message_id,
    m.subject,
    m.state,
    m.attempts,
    m.queued_at,
    m.settled_at,
    m.not_before,
    m.next_try,
    m.smtp_code,
    m.detail,
    m.acknowledged_at,
    m.acknowledged_by
from mail.message as m
where m.message_key = :message_key
