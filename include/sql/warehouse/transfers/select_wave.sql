-- Returns the wave of a run, if it had one. Grain: at most one row. :attempt_key.
select
    wave_id,
    carried + chosen as told
from transfers.wave
where run_id = :attempt_key
