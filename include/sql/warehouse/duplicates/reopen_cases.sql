-- Brings known cases to what the registry shows now: gone and back, another code, a further send. A case confirmed as
-- no duplicate that was sent and refused since is open again. Grain: one row per changed case.
-- :person_codes: codes that suspect a person. Needs refused_duplicate.
update transfers.duplicate as d
set
    gone_key = null,
    gone_why = null,
    error_code = r.error_code,
    sends = r.sends,
    kind = case when d.same_book or r.error_code != all(:person_codes) then 'technical' else 'person' end,
    state = case when w.again then 'open' else d.state end,
    outcome = case when not w.again then d.outcome end,
    proposal_id = case when not w.again then d.proposal_id end,
    refused_again = d.refused_again or w.again,
    looked_reading = null
from refused_duplicate as r
inner join transfers.duplicate as o on r.registry_code = o.registry_code and r.entry_id = o.entry_id
cross join
    lateral (
        select o.state = 'confirmed' and o.outcome = 'not_duplicate' and r.sends > o.sends as again
    ) as w
where
    d.duplicate_id = o.duplicate_id
    and (o.gone_key is not null or o.error_code != r.error_code or o.sends != r.sends)
