-- Step 3 of matching: receipts unpaired still, by the natural key: the book that they name, and the entry's number
-- in it, compared folded. Grain: one row per receipt and candidate entry. No parameters. Needs sought and pair.
insert into matching.pair (receipt_id, registry_code, entry_id, received_at, cancelled_at, step, crowded)
select
    s.receipt_id,
    e.registry_code,
    e.entry_id,
    s.received_at,
    s.cancelled_at,
    3 as step,
    false as crowded
from sought as s
inner join mirror.entry as e
    on s.registry_code = e.registry_code and s.book_id = e.book_id and s.entry_key = e.entry_key
