-- Returns the registries with decisions that this close's run may carry out. Grain: one row per registry.
-- :day_key.
select distinct registry_code
from transfers.decision
where cleared_for = :day_key and state = 'decided'
order by registry_code
