-- Makes the temporary table proof_basis: the reading of each source that a closing rests on.
-- Grain: one row per source. :close_key; :closing_no.
create temporary table proof_basis on commit drop as
select
    source_code,
    reading_id
from closing.basis
where close_key = :close_key and closing_no = :closing_no
