-- Gives leave to carry out open decisions of registries that this attempt has read, the oldest first, as many as
-- :cap. :day_key of the run's close; :attempt_key.
with ranked as (
    select
        d.decision_id,
        row_number() over (order by d.decided_at, d.decision_id) as place
    from transfers.decision as d
    where
        d.state = 'decided'
        and exists (
            select 1
            from transfers.reading as r
            where r.attempt_key = :attempt_key and r.registry_code = d.registry_code
        )
)

update transfers.decision as d
set cleared_for = :day_key
from ranked as r
where d.decision_id = r.decision_id and r.place <= :cap
