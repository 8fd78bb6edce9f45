-- Returns the closes that were closed, and how many sources each lacks. Grain: one row per close.
select
    c.close_key,
    cardinality(c.gap_sources) as gaps
from closing.close as c
where c.closed_at is not null
