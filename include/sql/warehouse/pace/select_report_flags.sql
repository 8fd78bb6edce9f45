-- Returns the flags of a close with the figures that their rules looked at.
-- Grain: one row per registry and kind. :close_key
select
    f.registry_code,
    f.kind,
    f.stage,
    f.owner,
    f.streak,
    f.newly,
    f.figures,
    u.full_name,
    upper(left(u.kind, 1)) || substr(u.kind, 2) || ' ' || u.name as short_name,
    g.area_code
from ladder.flag as f
inner join plan.registry as g on f.registry_code = g.registry_code
inner join plan.unit as u on g.registry_code = u.code
where f.close_key = :close_key
order by f.kind, f.registry_code
