-- Returns how many books or entries wait for each stage, by age band. Grain: one row per registry, stage and band.
-- :as_of; :registry_code, :stage (null: any); :band_starts (first day of each band but the first).
-- Needs the pairs of a closing.
select
    s.registry_code,
    s.stage,
    width_bucket(s.days, cast(:band_starts as integer[])) as band,
    count(*) as items
from breaks.stuck(:as_of) as s
where
    (cast(:registry_code as text) is null or s.registry_code = :registry_code)
    and (cast(:stage as text) is null or s.stage = :stage)
group by s.registry_code, s.stage, band
order by s.registry_code asc, s.stage asc, band asc
