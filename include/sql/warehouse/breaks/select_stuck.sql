-- Returns the books and entries that have waited longest for their next stage. Grain: one row per book or entry.
-- :as_of; :registry_code, :stage (null: any); :at_most. Needs the pairs of a closing.
select
    s.registry_code,
    s.stage,
    case when s.stage in ('classified', 'scanned') then 'book' else 'entry' end as item,
    s.item_id,
    s.since,
    s.days
from breaks.stuck(:as_of) as s
where
    (cast(:registry_code as text) is null or s.registry_code = :registry_code)
    and (cast(:stage as text) is null or s.stage = :stage)
order by s.since asc, s.registry_code asc, s.item_id asc
limit :at_most
