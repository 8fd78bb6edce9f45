-- Moves receipts of changed ranges that the ledger shows otherwise, or no longer, to mirror.receipt_past.
-- $1: receipts in a range; $2: changed, new and vanished range numbers; $3: this reading.
with gone as (
    delete from mirror.receipt as m
    using unnest($2::bigint[]) as chosen (range_no)
    where
        m.receipt_id >= chosen.range_no * $1::bigint
        and m.receipt_id < (chosen.range_no + 1) * $1::bigint
        and not exists (
            select 1
            from incoming_receipt as i
            where
                i.receipt_id = m.receipt_id
                and row(
                    i.ministry_ref, i.unit_code, i.register, i.opened_year, i.book_no, i.entry_no, i.sender_entry_id,
                    i.received_at, i.cancelled_at
                ) is not distinct from row(
                    m.ministry_ref, m.unit_code, m.register, m.opened_year, m.book_no, m.entry_no, m.sender_entry_id,
                    m.received_at, m.cancelled_at
                )
        )
    returning m.*
)

insert into mirror.receipt_past
select
    gone.*,
    $3::bigint as until
from gone
