-- Returns how the mails of the closes before one stand, copies included; one that was sent once more counts once.
-- Grain: one row per state. :close_key.
select
    case when acknowledged_at is not null then 'acknowledged' else state end as state,
    count(*)::integer as mails
from mail.delivery
where close_key < :close_key
group by 1
order by 2 desc, 1
