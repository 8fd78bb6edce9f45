-- Sets to null what is not known at a close: everything but `received` of registries that were not read for it, and
-- `received` of all when the ledger was not read. :close_key; :ledger_read. Changes the temporary table computed.
update computed as c
set
    books_collected = case when k.reading_id is not null then c.books_collected end,
    books_classified = case when k.reading_id is not null then c.books_classified end,
    books_scanned = case when k.reading_id is not null then c.books_scanned end,
    entered = case when k.reading_id is not null then c.entered end,
    attached = case when k.reading_id is not null then c.attached end,
    reviewed = case when k.reading_id is not null then c.reviewed end,
    corrected = case when k.reading_id is not null then c.corrected end,
    entered_in_day = case when k.reading_id is not null then c.entered_in_day end,
    received = case when :ledger_read then c.received end,
    received_in_day = case when :ledger_read then c.received_in_day end,
    queued = case when k.reading_id is not null then c.queued end,
    awaiting = case when k.reading_id is not null then c.awaiting end,
    rejected = case when k.reading_id is not null then c.rejected end,
    failed = case when k.reading_id is not null then c.failed end,
    open_defects = case when k.reading_id is not null then c.open_defects end
from closing.registry_close as k
where
    k.close_key = :close_key
    and k.registry_code = c.registry_code
    and (k.reading_id is null or not :ledger_read)
