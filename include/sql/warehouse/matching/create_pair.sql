-- Makes matching.pair with step 1 of matching: receipts and entries that carry the same Ministry reference, within the
-- registries that the receipt's unit code can mean.
-- Grain: one row per receipt and candidate entry. No parameters. Needs code_meaning. Rule: docs/figures.md, matching.
create unlogged table matching.pair as
select
    r.receipt_id,
    e.registry_code,
    e.entry_id,
    r.received_at,
    r.cancelled_at
from mirror.receipt as r
inner join mirror.entry as e on r.ministry_ref = e.t_ministry_ref
inner join matching.code_meaning as m on r.unit_code = m.unit_code and e.registry_code = m.registry_code
