-- Returns the ledger's good reading of an attempt. Grain: at most one row. :attempt_key
select max(reading_id) as reading_id
from pull.reading
where attempt_key = :attempt_key and source_code = 'ministry' and was_read
having max(reading_id) is not null
