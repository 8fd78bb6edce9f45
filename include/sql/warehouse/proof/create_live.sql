-- Makes the temporary table proof_live: pairs with what each receipt is at an instant, and whether it can be of several
-- entries. Grain: one row per receipt and candidate entry. :as_of. Needs proof_pair and proof_receipt.
create temporary table proof_live on commit drop as
select
    p.receipt_id,
    p.registry_code,
    p.entry_id,
    p.how,
    r.received_at,
    coalesce(r.cancelled_at <= :as_of, false) as cancelled,
    count(*) over (partition by p.receipt_id) > 1 as ambiguous
from proof_pair as p
inner join proof_receipt as r on p.receipt_id = r.receipt_id
where r.received_at <= :as_of
