-- Makes the temporary view receipt_version: every version of every receipt, and the reading that ended it (null:
-- newest). Grain: one row per receipt and version. No parameters.
create temporary view receipt_version as
select
    receipt_id, ministry_ref, unit_code, register, opened_year, book_no, entry_no, sender_entry_id, received_at,
    cancelled_at, since, cast(null as bigint) as until
from mirror.receipt
union all
select
    receipt_id, ministry_ref, unit_code, register, opened_year, book_no, entry_no, sender_entry_id, received_at,
    cancelled_at, since, until
from mirror.receipt_past
