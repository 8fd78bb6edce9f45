-- Returns the newest close that the ladder has judged, and whether it comes after one. Grain: one row. :close_key
select coalesce(max(e.close_key) > :close_key, false) as later
from ladder.evening as e
