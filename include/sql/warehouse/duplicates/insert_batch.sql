-- Opens a batch of proposals for the technical cases of a unit whose partner is in the ledger, if there are any, and
-- returns it. Left out is what was withdrawn by itself, found wrong in a sample, or refused again.
-- Grain: one row, or none. :unit_code: a district, or one registry; :at_most (null: all); :sample_cases; :seed;
-- :by_whom; :why; :made_at.
insert into transfers.duplicate_batch (unit_code, by_whom, why, seed, cases, sample_cases, made_at)
select
    :unit_code,
    :by_whom,
    :why,
    :seed,
    least(count(*), cast(:at_most as integer)),
    least(count(*), cast(:at_most as integer), :sample_cases),
    :made_at
from transfers.bulk_ready as r
where r.area_code = :unit_code or r.registry_code = :unit_code
having least(count(*), cast(:at_most as integer)) > 0
returning batch_id, cases, sample_cases
