-- Returns a close's progress under its baseline, as it stands. Grain: one row per registry.
-- :close_key; :figure: a column of closing.progress.
select
    p.registry_code,
    cast(to_jsonb(p) ->> :figure as integer) as counted
from closing.close as c
inner join closing.progress as p on c.close_key = p.close_key and c.baseline = p.baseline
where c.close_key = :close_key
order by p.registry_code
