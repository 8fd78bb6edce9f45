-- Returns the receipts of some ranges of receipt ids, in the order and types of mirror.receipt.
-- Grain: one row per receipt. $1: receipts in a range; $2: range numbers.
select
    r.receipt_id::bigint as receipt_id,
    r.ministry_ref::text as ministry_ref,
    r.unit_code::text as unit_code,
    r.register::text as register,
    r.opened_year::smallint as opened_year,
    r.book_no::text as book_no,
    r.entry_no::text as entry_no,
    r.sender_entry_id::bigint as sender_entry_id,
    r.received_at::timestamptz as received_at,
    r.cancelled_at::timestamptz as cancelled_at
from unnest($2::bigint[]) as chosen (range_no)
inner join ledger.receipt as r
    on r.receipt_id >= chosen.range_no * $1::bigint and r.receipt_id < (chosen.range_no + 1) * $1::bigint
