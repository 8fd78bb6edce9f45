-- Returns the newest good reading of the ledger made for a close, else the newest one made after it.
-- Grain: at most one row. :close_key; :as_of
select
    reading_id,
    read_at
from pull.reading
where
    source_code = 'ministry'
    and was_read
    and (close_key = :close_key or read_at >= :as_of)
order by coalesce(close_key = :close_key, false) desc, reading_id desc
limit 1
