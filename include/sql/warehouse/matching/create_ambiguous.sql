-- Makes matching.ambiguous: receipts that several entries could be of. Grain: one row per receipt. No parameters.
-- Needs pair and unpaired. Step 1 pairs every receipt that is not unpaired at least once: where it made no more pairs
-- than that, no reference is carried by two entries, and only the few pairs of the other steps are looked at.
create unlogged table matching.ambiguous as
with by_reference as (
    select
        (select count(*) from matching.pair where step = 1)
        > (select count(*) from mirror.receipt) - (select count(*) from unpaired) as some_twice
)

select receipt_id
from matching.pair
where step > 1 or (select b.some_twice from by_reference as b)
group by receipt_id
having count(*) > 1
