-- Returns how many messages are in which state; those that wait for the end of quiet hours are "waiting".
-- Grain: one row per state. :close_key (null: all closes); :now (null: none is said to wait).
select
    case when m.state in ('queued', 'deferred') and m.not_before > :now then 'waiting' else m.state end as state,
    count(*)::integer as messages
from mail.message as m
where cast(:close_key as text) is null or m.close_key = :close_key
group by 1
