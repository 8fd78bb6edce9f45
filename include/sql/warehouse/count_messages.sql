-- Returns how many deliveries of a close are in which state. Grain: one row per state. :close_key
select
    state,
    count(*)::integer as messages
from mail.delivery
where close_key = :close_key
group by state
