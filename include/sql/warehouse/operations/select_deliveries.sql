-- Returns how many deliveries of the close before stood in which state. Grain: one row per kind and state. :close_key
select
    kind,
    state,
    deliveries
from operations.delivery
where close_key = :close_key
order by kind, state
