-- Returns what a message would be sent once more as, and what became of it so far; of one sent once more, what it is
-- once more. Grain: one row. :message_key.
select
    r.message_key,
    r.close_key,
    r.kind,
    r.copy_of is not null as is_copy,
    r.address,
    r.office,
    r.reply_to,
    r.subject,
    o.html,
    o.plain,
    r.queued_at,
    d.state,
    (
        select count(*)::integer from mail.message as t
        where t.resend_of = r.message_key
    ) as resends
from mail.message as k
inner join mail.message as r on coalesce(k.resend_of, k.message_key) = r.message_key
inner join mail.message as o on coalesce(r.copy_of, r.message_key) = o.message_key
inner join mail.delivery as d on r.message_key = d.message_key
where k.message_key = :message_key
