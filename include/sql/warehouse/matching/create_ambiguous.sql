-- Makes matching.ambiguous: receipts that several entries could be of. Grain: one row per receipt. No parameters.
-- Needs pair.
create unlogged table matching.ambiguous as
select receipt_id
from matching.pair
group by receipt_id
having count(*) > 1
