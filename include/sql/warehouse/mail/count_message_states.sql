-- Returns how many deliveries are in which state; those that wait for the end of quiet hours are "waiting".
-- Grain: one row per state. :close_key (null: all closes); :now (null: none is said to wait).
select
    case when d.state in ('queued', 'deferred') and m.not_before > :now then 'waiting' else d.state end as state,
    count(*)::integer as messages
from mail.delivery as d
inner join mail.message as m on d.message_key = m.message_key
where cast(:close_key as text) is null or d.close_key = :close_key
group by 1
