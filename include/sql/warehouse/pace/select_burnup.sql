-- Returns cases entered of each registry against its roadmap, as every judged close up to one froze it.
-- Grain: one row per close and registry, oldest first. :close_key
select
    c.as_of,
    g.area_code,
    s.registry_code,
    s.planned,
    s.done
from pace.standing as s
inner join closing.close as c on s.close_key = c.close_key
inner join plan.registry as g on s.registry_code = g.registry_code
where s.stage = 'entered' and s.close_key <= :close_key and s.planned is not null
order by s.close_key, s.registry_code
