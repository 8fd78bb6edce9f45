-- Returns whether duplicates were counted for a later close already, and the newest close before that they were counted
-- for. Grain: one row. :close_key.
select
    coalesce(bool_or(close_key > :close_key), false) as later,
    max(close_key) filter (where close_key < :close_key) as previous_key
from closing.duplicate_count
