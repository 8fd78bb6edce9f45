-- Returns what was restated of a figure of a close, in order. Grain: one row per restatement. :close_key; :figure.
select
    registry_code,
    register,
    phase,
    old,
    new,
    why,
    restated_at
from closing.restatement
where close_key = :close_key and figure = :figure
order by registry_code, register, phase, restatement_id
