-- Returns when the data team was last told how those letters fared; null: never. Grain: one row. :close_key; :kind.
select max(queued_at) as queued_at
from mail.message
where close_key = :close_key and kind = :kind
