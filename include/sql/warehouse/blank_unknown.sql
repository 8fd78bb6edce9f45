-- Sets to null what is not known at a close: everything but `received` of registries that were not read for it, figures
-- that rest on a column which the registry lacks, state figures of registries that were only read later, and `received`
-- of all when the ledger was not read.
-- :close_key; :ledger_read. Changes the temporary table computed.
update computed as c
set
    books_collected
    = case when k.reading_id is not null and 'book.collected_at' != all(k.lacking) then c.books_collected end,
    books_classified
    = case when k.reading_id is not null and 'book.classified_at' != all(k.lacking) then c.books_classified end,
    books_scanned = case when k.reading_id is not null and 'book.scanned_at' != all(k.lacking) then c.books_scanned end,
    entered = case when k.reading_id is not null and 'entry.entered_at' != all(k.lacking) then c.entered end,
    attached = case when k.reading_id is not null and 'entry.scan_attached_at' != all(k.lacking) then c.attached end,
    reviewed = case when k.reading_id is not null and 'entry.reviewed_at' != all(k.lacking) then c.reviewed end,
    corrected = case when k.reading_id is not null and 'entry.corrected_at' != all(k.lacking) then c.corrected end,
    entered_in_day
    = case when k.reading_id is not null and 'entry.entered_at' != all(k.lacking) then c.entered_in_day end,
    queued = case when k.state_read_at is not null and 'transfer.state' != all(k.lacking) then c.queued end,
    awaiting = case when k.state_read_at is not null and 'transfer.state' != all(k.lacking) then c.awaiting end,
    rejected = case when k.state_read_at is not null and 'transfer.state' != all(k.lacking) then c.rejected end,
    failed = case when k.state_read_at is not null and 'transfer.state' != all(k.lacking) then c.failed end,
    open_defects = case when k.state_read_at is not null and 'entry.defects' != all(k.lacking) then c.open_defects end,
    received = case when :ledger_read then c.received end,
    received_in_day = case when :ledger_read then c.received_in_day end
from closing.registry_close as k
where
    k.close_key = :close_key
    and k.registry_code = c.registry_code
    and (k.state_read_at is null or k.lacking != '{}' or not :ledger_read)
