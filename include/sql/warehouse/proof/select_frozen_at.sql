-- Returns which closing of a close froze the state of each registry. Grain: one row per registry. :close_key.
select
    source_code as registry_code,
    min(closing_no) as closing_no
from closing.basis
where close_key = :close_key and froze
group by source_code
