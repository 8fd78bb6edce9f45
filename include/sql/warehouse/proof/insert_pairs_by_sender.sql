-- Second step of matching: by the sender's id within the registries that the unit code can mean.
-- Grain: one row per receipt and candidate entry. No parameters. Needs proof_left_over, proof_code, proof_entry.
insert into proof_pair (receipt_id, registry_code, entry_id, how)
select
    r.receipt_id,
    e.registry_code,
    e.entry_id,
    'sender'
from proof_left_over as r
inner join proof_code as m on r.unit_code = m.unit_code
inner join proof_entry as e on m.registry_code = e.registry_code and r.sender_entry_id = e.entry_id
