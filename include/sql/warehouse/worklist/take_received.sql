-- Takes from the table refused what has a live receipt that is or could be its own. :as_of. Needs refused and pair.
delete from refused as r
using matching.pair as p
where
    r.entry_hash = hashtextextended(p.registry_code, p.entry_id)
    and p.registry_code = r.registry_code
    and p.entry_id = r.entry_id
    and matching.live(p.received_at, p.cancelled_at, :as_of)
