-- Makes matching.pair with step 1 of matching: receipts and entries that carry the same Ministry reference, within the
-- registries that the receipt's unit code can mean; a receipt without such an entry has a row with no entry for now.
-- `step` says how a pair was found; `crowded` is told later. Grain: one row per receipt and candidate entry.
-- No parameters. Needs code_meaning. Rule: docs/figures.md, matching.
create unlogged table matching.pair as
select
    r.receipt_id,
    m.registry_code,
    case when m.registry_code is not null then e.entry_id end as entry_id,
    r.received_at,
    r.cancelled_at,
    1::smallint as step,
    false as crowded
from mirror.receipt as r
left join mirror.entry as e on r.ministry_ref = e.t_ministry_ref
left join matching.code_meaning as m on r.unit_code = m.unit_code and e.registry_code = m.registry_code
