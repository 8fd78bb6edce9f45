-- Returns who could help whom, as frozen for a close. Grain: one row per receiver, giver and kind of people, in the
-- order in which the help was found. :close_key
select
    p.place,
    p.receiver,
    upper(left(r.kind, 1)) || substr(r.kind, 2) || ' ' || r.name as receiver_short_name,
    r.full_name as receiver_name,
    rg.area_code as receiver_area,
    p.giver,
    v.full_name as giver_full_name,
    -- In a table of neighbours the same district need not be told.
    case
        when p.neighbouring then v.full_name
        else upper(left(v.kind, 1)) || substr(v.kind, 2) || ' ' || v.name
    end as giver_name,
    vg.area_code as giver_area,
    p.kind,
    p.people,
    p.days,
    p.neighbouring,
    p.chance_before,
    p.chance_after,
    p.giver_chance
from cure.proposal as p
inner join plan.unit as r on p.receiver = r.code
inner join plan.registry as rg on p.receiver = rg.registry_code
inner join plan.unit as v on p.giver = v.code
inner join plan.registry as vg on p.giver = vg.registry_code
where p.close_key = :close_key
order by p.place, p.neighbouring, p.giver, p.kind
