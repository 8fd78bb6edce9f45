-- Returns the registries with decisions that a close's run may carry out. Grain: one row per registry.
-- $1: key of the close. (select_registries_to_tell, for the other driver.)
select distinct registry_code
from transfers.decision
where cleared_for = $1 and state = 'decided'
order by registry_code
