-- Returns entered and received of each registry at every close up to one, under its baseline.
-- Grain: one row per close and registry, oldest first. :close_key; :baseline.
select
    c.as_of,
    p.registry_code,
    p.entered,
    p.received
from closing.close as c
inner join closing.progress as p on c.close_key = p.close_key and p.baseline = :baseline
where c.close_key <= :close_key and c.closed_at is not null
order by c.close_key, p.registry_code
