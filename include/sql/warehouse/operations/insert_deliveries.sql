-- Keeps how the deliveries of the close before stand, and those of its alarms. Grain: one row per kind and state.
-- :close_key; :before_key
insert into operations.delivery (close_key, kind, state, deliveries)
select
    :close_key,
    case when d.close_key = :before_key then 'paper' else 'alarm' end as kind,
    d.state,
    count(*)
from mail.delivery as d
where d.close_key = :before_key or starts_with(d.close_key, :before_key || '-')
group by 2, 3
