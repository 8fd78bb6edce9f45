-- Returns the registries whose classes a close froze: where the ledger was not read then, none are known.
-- Grain: one row per registry. :close_key.
select distinct registry_code
from closing.class_count
where close_key = :close_key and registry_code != ''
order by registry_code
