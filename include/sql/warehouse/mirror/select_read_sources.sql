-- Returns the sources that this attempt key has read already: a retry leaves them alone.
-- Grain: one row per source. $1: attempt key.
select distinct source_code
from pull.reading
where attempt_key = $1 and outcome = 'ok'
