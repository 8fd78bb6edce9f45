-- Returns the first close at which each registry had all of its quota, by entered and by received, as what is frozen of
-- the closes up to one says. Null: it never had. Grain: one row per registry that ever had either.
-- :close_key; :baseline.
select
    p.registry_code,
    min(p.close_key) filter (where p.entered >= p.quota) as entered_key,
    min(p.close_key) filter (where p.received >= p.quota) as received_key
from closing.progress as p
inner join closing.close as c on p.close_key = c.close_key
where
    p.close_key <= :close_key
    and p.baseline = :baseline
    and p.quota > 0
    and (p.entered >= p.quota or p.received >= p.quota)
    and c.state in ('closed', 'gaps')
group by p.registry_code
order by p.registry_code
