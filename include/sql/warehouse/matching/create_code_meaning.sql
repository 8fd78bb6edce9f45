-- Makes matching.code_meaning: which registries the unit code of a receipt can mean: the registry itself, those that
-- took over a unit that no longer exists, and those that keep a book which that unit opened.
-- Grain: one row per code and registry. No parameters.
create unlogged table matching.code_meaning as
select
    unit_code,
    registry_code
from plan.code_meaning
union
select
    opened_by as unit_code,
    registry_code
from mirror.book
