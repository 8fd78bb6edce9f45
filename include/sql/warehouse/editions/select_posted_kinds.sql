-- Returns the newest message of each kind whose words are not made from a close's frozen figures alone, alarms to the
-- data team among them. Grain: one row per kind, by kind.
select distinct on (m.kind)
    m.message_key,
    m.close_key,
    m.kind,
    m.address,
    m.office,
    m.reply_to,
    m.subject,
    m.html,
    m.plain
from mail.message as m
where
    m.copy_of is null
    and m.resend_of is null
    and m.kind not in ('daily', 'final', 'held', 'held-report', 'provisional')
order by m.kind asc, m.queued_at desc, m.message_key asc
