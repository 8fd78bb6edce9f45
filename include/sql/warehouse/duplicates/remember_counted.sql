-- Notes of each case whether it remained at a close, where that changed, so that the next close can tell.
-- Grain: one row per changed case. :close_key. Needs counted_registry.
update transfers.duplicate as d
set
    counted_before = case when d.counted_key = :close_key then d.counted_before else d.counted end,
    counted = d.remaining,
    counted_key = :close_key
from counted_registry as g
where d.registry_code = g.registry_code and d.counted != d.remaining
