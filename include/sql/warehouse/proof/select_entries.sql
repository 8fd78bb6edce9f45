-- Returns the entries that a figure or class counts. Grain: one row per entry, by registry, register, phase, entry.
-- :figure: a figure of closing.figure, or a class or the beginning of classes ("E6"). Needs entry_proof.
select
    registry_code,
    register,
    phase,
    opened_year,
    registry_code || '/' || entry_id as item
from entry_proof
where :figure = any(figures) or class = :figure or class like :figure || '-%'
order by registry_code, register, phase, entry_id
