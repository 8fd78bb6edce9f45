-- Step 2 of matching: unpaired receipts by the sender's entry id (unique only inside a registry).
-- Grain: one row per receipt and candidate entry. No parameters. Needs code_meaning, unpaired and pair.
insert into matching.pair (receipt_id, registry_code, entry_id, received_at, cancelled_at, step, crowded)
select
    r.receipt_id,
    e.registry_code,
    e.entry_id,
    r.received_at,
    r.cancelled_at,
    2 as step,
    false as crowded
from unpaired as r
inner join matching.code_meaning as m on r.unit_code = m.unit_code
inner join mirror.entry as e on m.registry_code = e.registry_code and r.sender_entry_id = e.entry_id
where r.sender_entry_id is not null
