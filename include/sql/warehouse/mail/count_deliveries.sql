-- Returns how many deliveries of each close are in which state, and how many were acknowledged; alarms have closes of
-- their own. Grain: one row per close and state. :close_key (null: all; else alarms of the close too).
select
    d.close_key,
    d.state,
    count(*)::integer as deliveries,
    count(d.acknowledged_at)::integer as acknowledged
from mail.delivery as d
where
    cast(:close_key as text) is null
    or d.close_key = :close_key
    or starts_with(d.close_key, :close_key || '-')
group by d.close_key, d.state
order by d.close_key, d.state
