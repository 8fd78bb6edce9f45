-- Returns what became of registries after they were reinforced or escalated, as measured up to a close.
-- Grain: one row per act and registry. :close_key
select
    kind,
    ratio,
    alike_ratio
from cure.effect
where close_key <= :close_key
order by kind, event_key, registry_code
