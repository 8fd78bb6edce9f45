-- Makes the temporary table received: entries with at least one live receipt of their own at :as_of.
-- Grain: one row per entry; first_received_at is the earliest of its live receipts. Needs pair and ambiguous.
create temporary table received on commit drop as
select
    p.registry_code,
    p.entry_id,
    min(p.received_at) as first_received_at
from pair as p
where
    p.received_at <= :as_of
    and (p.cancelled_at is null or p.cancelled_at > :as_of)
    and not exists (select 1 from ambiguous as a where a.receipt_id = p.receipt_id)
group by p.registry_code, p.entry_id
