-- Returns the ledger's own digest of each range of receipt ids: how many receipts it holds and an order-free hash of
-- their columns, cancellations included. Grain: one row per range. $1: receipts in a range.
-- PostgreSQL 14 or later; for 13 the hash is rewritten to go over the row's text (include/campaign/pull/shape.py).
select
    (receipt_id / $1::bigint)::bigint as range_no,
    count(*)::integer as receipts,
    sum(
        -- A row's hash is a weighted sum of its columns': added up as it is, two receipts could swap a value unseen.
        hashint8extended(
            hash_record_extended(
                row(
                    receipt_id, ministry_ref, unit_code, register, opened_year, book_no, entry_no, sender_entry_id,
                    received_at, cancelled_at
                ),
                0
            ),
            0
        )
    )::text as digest
from ledger.receipt
group by 1
