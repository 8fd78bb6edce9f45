-- Makes matching.own: entries that a receipt pairs with. Times are those of the only receipt; `crowded` marks entries
-- with several receipts and candidates of an ambiguous one, of which matching.crowd tells what counts at an instant.
-- Grain: one row per entry. No parameters. Needs pair and ambiguous.
create unlogged table matching.own as
select
    p.registry_code,
    p.entry_id,
    count(*) > 1 or bool_or(a.receipt_id is not null) as crowded,
    min(p.received_at) as received_at,
    min(p.cancelled_at) as cancelled_at
from matching.pair as p
left join matching.ambiguous as a on p.receipt_id = a.receipt_id
group by p.registry_code, p.entry_id
