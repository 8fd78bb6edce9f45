-- Returns the ledger's digests at its last good reading. Grain: one row per range of receipt ids. No parameters.
select
    range_no,
    digest
from pull.receipt_digest
