-- Makes matching.crowd: what counts at :as_of of the entries that have several receipts, or are candidates of an
-- ambiguous one. live: receipts of its own that count; first_received_at: the earliest of these; cancelled: receipts of
-- its own taken back by then; candidate: an ambiguous receipt that counts could be its own; live_before: live at
-- :previous_as_of. Grain: one row per crowded entry. Needs pair and ambiguous.
create unlogged table matching.crowd as
select
    p.registry_code,
    p.entry_id,
    count(*) filter (where a.receipt_id is null and matching.live(p.received_at, p.cancelled_at, :as_of))::integer
        as live,
    min(p.received_at) filter (
        where a.receipt_id is null and matching.live(p.received_at, p.cancelled_at, :as_of)
    ) as first_received_at,
    count(*) filter (where a.receipt_id is null and p.cancelled_at <= :as_of)::integer as cancelled,
    bool_or(a.receipt_id is not null and matching.live(p.received_at, p.cancelled_at, :as_of)) as candidate,
    count(*) filter (
        where a.receipt_id is null and matching.live(p.received_at, p.cancelled_at, :previous_as_of)
    )::integer as live_before
from matching.pair as p
left join matching.ambiguous as a on p.receipt_id = a.receipt_id
where p.crowded and p.received_at <= :as_of
group by p.registry_code, p.entry_id
