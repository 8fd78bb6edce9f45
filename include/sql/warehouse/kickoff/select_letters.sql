-- Returns what became of the letters that told contacts how the campaign works, the same sent once more included.
-- Grain: one row per address and unit. :close_key, what stands for a close in the outbox; :kind.
select
    o.message_key,
    o.state,
    o.stood_at,
    m.queued_at,
    case when o.state = m.state then m.smtp_code end as smtp_code,
    case when o.state = m.state then m.detail end as detail
from mail.letter as o
inner join mail.message as m on o.message_key = m.message_key
where o.close_key = :close_key and o.kind = :kind
order by o.message_key
