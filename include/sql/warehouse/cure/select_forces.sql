-- Returns forces promised and present, as frozen for a close. Grain: one row per partner, kind and unit, in the plan's
-- order. :close_key
select
    f.partner,
    f.kind,
    f.unit_code,
    u.full_name,
    coalesce(g.area_code, f.unit_code) as area_code,
    f.promised,
    f.promised_here,
    f.present,
    f.missing,
    f.reported,
    f.registries
from cure.force as f
inner join plan.unit as u on f.unit_code = u.code
left join plan.registry as g on f.unit_code = g.registry_code
where f.close_key = :close_key
order by f.place
