-- Returns the newest message of each kind whose words are not made from a close's frozen figures alone, alarms to the
-- data team among them. Grain: one row per kind, by kind.
select distinct on (kind)
    message_key,
    close_key,
    kind,
    address,
    office,
    reply_to,
    subject,
    html,
    plain
from mail.as_posted
order by kind asc, queued_at desc, message_key asc
