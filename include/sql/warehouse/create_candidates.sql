-- Makes the temporary table candidate: how many entries each receipt that has any can be.
-- Grain: one row per receipt; entries = 1 is a match, more is ambiguous. No parameters. Needs pair.
create temporary table candidate on commit drop as
select
    receipt_id,
    count(*)::integer as entries
from pair
group by receipt_id
