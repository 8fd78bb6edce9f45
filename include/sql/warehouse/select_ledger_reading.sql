-- Returns the newest good reading of the ledger made for a close. Grain: at most one row. :close_key
select
    reading_id,
    read_at
from pull.reading
where close_key = :close_key and source_code = 'ministry' and outcome = 'ok'
order by reading_id desc
limit 1
