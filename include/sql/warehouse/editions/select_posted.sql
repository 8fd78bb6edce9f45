-- Returns the messages of a close whose words are not made from its frozen figures alone: corrections, pages about what
-- failed, letters of other occasions. Alarms to the data team are not among them: they stand for no close of papers.
-- Grain: one row per message, by key. :close_key.
select
    m.message_key,
    m.kind,
    m.address,
    m.office,
    m.reply_to,
    m.subject,
    m.html,
    m.plain
from mail.message as m
where
    m.close_key = :close_key
    and m.copy_of is null
    and m.resend_of is null
    and m.kind not in ('daily', 'final', 'held', 'held-report', 'provisional')
order by m.message_key
