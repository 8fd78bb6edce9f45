-- Returns the registries that have open decisions of a day. Grain: one row per registry. $1: key of the close.
select distinct registry_code
from transfers.decision
where day_key = $1 and state = 'decided'
order by registry_code
