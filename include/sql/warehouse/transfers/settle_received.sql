-- Settles open decisions whose entry has, or could have, a live receipt by now: they are never carried out.
-- :as_of of the present run. Needs in_ledger.
update transfers.decision as d
set
    state = 'unreached',
    settled_at = :as_of
from in_ledger as l
where d.state = 'decided' and d.registry_code = l.registry_code and d.entry_id = l.entry_id
