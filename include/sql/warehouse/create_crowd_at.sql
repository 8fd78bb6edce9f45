-- Makes matching.crowd_at: what counts at each instant of the entries that have several receipts, or are candidates of
-- an ambiguous one. live: own receipts that count; first_received_at: the earliest of these; cancelled: receipts of
-- its own taken back by then; candidate: an ambiguous receipt that counts could be its own; live_before: live at
-- previous_as_of. Grain: one row per instant and crowded entry. :as_of and :previous_as_of: the instants, and what
-- comes before each (null: nothing does). Needs pair and ambiguous.
create unlogged table matching.crowd_at as
select
    i.as_of,
    p.registry_code,
    p.entry_id,
    count(*) filter (where a.receipt_id is null and matching.live(p.received_at, p.cancelled_at, i.as_of))::integer
        as live,
    min(p.received_at) filter (
        where a.receipt_id is null and matching.live(p.received_at, p.cancelled_at, i.as_of)
    ) as first_received_at,
    count(*) filter (where a.receipt_id is null and p.cancelled_at <= i.as_of)::integer as cancelled,
    bool_or(a.receipt_id is not null and matching.live(p.received_at, p.cancelled_at, i.as_of)) as candidate,
    count(*) filter (
        where a.receipt_id is null and matching.live(p.received_at, p.cancelled_at, i.previous_as_of)
    )::integer as live_before
from matching.pair as p
left join matching.ambiguous as a on p.receipt_id = a.receipt_id
inner join
    unnest(cast(:as_of as timestamptz[]), cast(:previous_as_of as timestamptz[])) as i (as_of, previous_as_of)
    on p.received_at <= i.as_of
where p.crowded
group by i.as_of, p.registry_code, p.entry_id
