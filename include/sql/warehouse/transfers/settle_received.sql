-- Settles open decisions whose entry has, or could have, a live receipt by now: they are never carried out.
-- :as_of of the present run. Needs pair (pair_receipts).
update transfers.decision as d
set
    state = 'unreached',
    settled_at = :as_of
where
    d.state = 'decided'
    and exists (
        select 1
        from matching.pair as p
        where
            p.registry_code = d.registry_code
            and p.entry_id = d.entry_id
            and (p.cancelled_at is null or p.cancelled_at > :as_of)
    )
