-- Returns of which registries somebody was told that they are late, before a close.
-- Grain: one row per close and registry. :close_key
select distinct
    close_key,
    registry_code
from ladder.step
where close_key < :close_key
