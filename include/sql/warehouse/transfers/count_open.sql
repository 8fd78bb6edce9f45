-- Returns how many decisions are not carried out yet. Grain: one row. No parameters.
select count(*)::integer as untold
from transfers.decision
where state = 'decided'
