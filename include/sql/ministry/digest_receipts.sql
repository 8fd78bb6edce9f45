-- Returns the ledger's own digest of each range of receipt ids: how many receipts it holds and an order-free hash of
-- their columns, cancellations included. Grain: one row per range. $1: receipts in a range.
select
    (receipt_id / $1::bigint)::bigint as range_no,
    count(*)::integer as receipts,
    sum(
        hashtextextended(
            row(
                receipt_id, ministry_ref, unit_code, register, opened_year, book_no, entry_no, sender_entry_id,
                received_at, cancelled_at
            )::text,
            0
        )
    )::text as digest
from ledger.receipt
group by 1
