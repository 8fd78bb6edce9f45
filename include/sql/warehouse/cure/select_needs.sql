-- Returns what registries need, as frozen for a close. Grain: one row per registry with work left, by code. :close_key
select
    n.registry_code,
    upper(left(u.kind, 1)) || substr(u.kind, 2) || ' ' || u.name as short_name,
    u.full_name,
    g.area_code,
    n.until,
    n.remaining,
    n.chance,
    n.needed_per_day,
    n.per_person_day,
    n.days_known,
    n.mixed,
    n.people,
    n.computers,
    n.more_people,
    n.days,
    n.more_computers,
    n.computers_first,
    n.no_scanner,
    n.offline
from cure.need as n
inner join plan.registry as g on n.registry_code = g.registry_code
inner join plan.unit as u on n.registry_code = u.code
where n.close_key = :close_key
order by n.registry_code
