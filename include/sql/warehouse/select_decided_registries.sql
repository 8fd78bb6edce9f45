-- Registries for which a day has decisions that are not carried out yet, so that only their log-ins are looked up.
-- Grain: registry. Parameters: day_key.
select distinct registry_code
from transfers.decision
where day_key = :day_key and state = 'decided'
order by registry_code;
