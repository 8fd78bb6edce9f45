-- Returns how many entries a registry holds. Grain: one row. No parameters.
select count(e.entry_id) as entries
from sohoa.entry as e
