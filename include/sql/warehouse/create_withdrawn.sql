-- Makes the temporary table withdrawn: entries that have, or had, a receipt of their own which the Ministry withdrew at
-- some time: few. Grain: one row per entry. No parameters. Needs pair and ambiguous.
create temporary table withdrawn on commit drop as
select distinct
    p.registry_code,
    p.entry_id
from matching.pair as p
where
    p.cancelled_at is not null
    and not exists (select 1 from matching.ambiguous as m where m.receipt_id = p.receipt_id)
