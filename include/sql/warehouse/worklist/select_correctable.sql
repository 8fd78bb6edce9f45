-- Returns the codes of what a registry can correct. Grain: one row. No parameters.
select coalesce(array_agg(code order by code), '{}') as codes
from plan.error_code
where kind = 'correctable'
