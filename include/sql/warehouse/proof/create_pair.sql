-- Makes the temporary table proof_pair with the first step of matching: receipts and entries with the same reference,
-- within the registries that the receipt's unit code can mean. These statements stand apart from the closing's own,
-- which they are to prove. Grain: one row per receipt and candidate entry. No parameters.
-- Needs proof_code, proof_entry, proof_receipt. Rule: docs/figures.md, matching.
create temporary table proof_pair on commit drop as
select
    r.receipt_id,
    e.registry_code,
    e.entry_id,
    'ref' as how
from proof_receipt as r
inner join proof_entry as e on r.ministry_ref = e.t_ministry_ref
inner join proof_code as m on r.unit_code = m.unit_code and e.registry_code = m.registry_code
