-- Returns what a closing made of an entry: its class and the figures that count it. Grain: at most one row.
-- :registry_code; :entry_id. Needs entry_proof.
select
    register,
    phase,
    opened_year,
    class,
    figures
from entry_proof
where registry_code = :registry_code and entry_id = :entry_id
