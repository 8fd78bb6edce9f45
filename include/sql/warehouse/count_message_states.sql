-- Returns how many messages are in which state. Grain: one row per state. :close_key (null: all closes).
select
    m.state,
    count(*)::integer as messages
from mail.message as m
where cast(:close_key as text) is null or m.close_key = :close_key
group by m.state
