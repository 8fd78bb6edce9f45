-- Makes the temporary table unpaired: receipts whose reference no entry carries. Grain: one row per receipt.
-- No parameters. Needs pair with step 1.
create temporary table unpaired on commit drop as
select
    r.receipt_id,
    r.unit_code,
    r.register,
    r.opened_year,
    r.book_no,
    r.entry_no,
    r.sender_entry_id,
    r.received_at,
    r.cancelled_at
from mirror.receipt as r
where
    r.receipt_id in (select p.receipt_id from matching.pair as p where p.entry_id is null)
    and not exists (select 1 from matching.pair as p where p.receipt_id = r.receipt_id and p.entry_id is not null)
