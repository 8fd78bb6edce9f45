-- Returns what a close foretold of areas and of the province for later closes. Grain: one row per unit and later close.
-- :close_key
select
    unit_code,
    scope,
    for_key,
    low,
    middle,
    high
from pace.interval
where close_key = :close_key and scope in ('area', 'province')
order by unit_code, for_key
