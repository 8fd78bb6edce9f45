-- Makes the temporary table received: entries with at least one live receipt of their own at :as_of.
-- Grain: one row per entry; first_received_at is the earliest of its live receipts. Needs pair and candidate.
create temporary table received on commit drop as
select
    p.registry_code,
    p.entry_id,
    min(p.received_at) as first_received_at
from pair as p
inner join candidate as c on p.receipt_id = c.receipt_id
where
    c.entries = 1
    and p.received_at <= :as_of
    and (p.cancelled_at is null or p.cancelled_at > :as_of)
group by p.registry_code, p.entry_id
