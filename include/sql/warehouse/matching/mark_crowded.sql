-- Marks the pairs of entries that have several receipts, and of candidates of an ambiguous one: matching.crowd tells
-- what counts of them at an instant. Entries are told apart by a hash: where two fall together both are marked, which
-- costs time and changes nothing. No parameters. Needs pair and ambiguous.
with repeated as (
    select hashtextextended(registry_code, entry_id) as entry_hash
    from matching.pair
    group by entry_hash
    having count(*) > 1
),

concerned as (
    select entry_hash
    from repeated
    union all
    select hashtextextended(p.registry_code, p.entry_id) as entry_hash
    from matching.pair as p
    inner join matching.ambiguous as a on p.receipt_id = a.receipt_id
)

update matching.pair as p
set crowded = true
where hashtextextended(p.registry_code, p.entry_id) in (select c.entry_hash from concerned as c)
