-- Returns the receipts that a closing paired with an entry, by which step, and with how many entries each.
-- Grain: one row per receipt. :registry_code; :entry_id. Needs proof_live.
select
    l.receipt_id,
    l.how,
    l.ambiguous,
    (select count(*) from proof_live as o where o.receipt_id = l.receipt_id)::integer as candidates
from proof_live as l
where l.registry_code = :registry_code and l.entry_id = :entry_id
order by l.receipt_id
