-- Makes the temporary table ambiguous: receipts that several entries could be of. Grain: one row per receipt.
-- No parameters. Needs pair.
create temporary table ambiguous on commit drop as
select receipt_id
from pair
group by receipt_id
having count(*) > 1
