-- Returns how often dated figures were found otherwise than they had been frozen, up to a close.
-- Grain: one row per reason. :close_key.
select
    why,
    count(*)::integer as figures,
    count(distinct registry_code)::integer as registries,
    count(distinct close_key)::integer as closes
from closing.restatement
where close_key <= :close_key and old is distinct from new
group by why
order by why desc
