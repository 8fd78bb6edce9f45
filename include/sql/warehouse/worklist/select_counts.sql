-- Returns what the worklists hold at a close, and what came and went since the close before.
-- Grain: one row per registry and code. :close_key.
select
    c.registry_code,
    c.error_code,
    c.entries,
    c.new,
    c.done,
    c.oldest_since
from closing.worklist_count as c
where c.close_key = :close_key
order by c.registry_code asc, c.entries desc, c.error_code asc
