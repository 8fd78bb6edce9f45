-- Makes the temporary table proof_code: which registries the unit code of a receipt can mean: by the plan, and those
-- that keep a book which that unit opened. Grain: one row per code and registry. No parameters. Needs proof_book.
create temporary table proof_code on commit drop as
select
    unit_code,
    registry_code
from plan.code_meaning
union
select
    opened_by as unit_code,
    registry_code
from proof_book
