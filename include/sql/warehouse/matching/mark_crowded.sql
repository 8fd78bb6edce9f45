-- Marks the pairs of entries that can have several receipts, and of candidates of an ambiguous one: matching.crowd
-- tells what counts of them at an instant. A reference is of one receipt, so an entry has several only where another
-- step found one; that some of these have just the one costs time and changes nothing.
-- No parameters. Needs pair and ambiguous.
with concerned as (
    select
        registry_code,
        entry_id
    from matching.pair
    where step > 1
    union
    select
        p.registry_code,
        p.entry_id
    from matching.pair as p
    inner join matching.ambiguous as a on p.receipt_id = a.receipt_id
)

update matching.pair as p
set crowded = true
from concerned as c
where p.registry_code = c.registry_code and p.entry_id = c.entry_id
