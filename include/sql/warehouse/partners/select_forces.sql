-- Returns forces that partners promised, as frozen at each daily close up to one. Grain: one row per partner, unit,
-- kind and daily close; units in the order in which the plan promised them, then by day. :close_key
select
    f.partner,
    f.unit_code,
    u.full_name,
    f.kind,
    c.close_key,
    c.day,
    f.promised,
    f.promised_here,
    f.present,
    f.missing,
    f.reported,
    f.registries
from cure.force as f
inner join closing.close as c on f.close_key = c.close_key
inner join plan.unit as u on f.unit_code = u.code
where f.close_key <= :close_key and c.kind = 'daily' and f.partner is not null
order by f.partner, min(f.place) over (partition by f.partner, f.unit_code, f.kind), f.unit_code, f.kind, c.day
