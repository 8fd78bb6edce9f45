-- Returns what was done as of a milestone, with what was known last of a registry of which nothing is known.
-- Grain: one row per registry, by code. :milestone_id; :baseline.
select
    s.registry_code,
    u.full_name,
    g.area_code,
    s.quota,
    s.done,
    case when s.done is null then l.as_of end as known_as_of,
    case
        when s.done is null
            then
                case m.stage
                    when 'entered' then p.entered
                    when 'attached' then p.attached
                    when 'reviewed' then p.reviewed
                    else p.received
                end
    end as known_done
from milestone.standing as s
inner join milestone.close as m on s.milestone_id = m.milestone_id
inner join plan.registry as g on s.registry_code = g.registry_code
inner join plan.unit as u on s.registry_code = u.code
left join closing.registry_close as k on m.close_key = k.close_key and s.registry_code = k.registry_code
left join closing.close as l on k.last_known_key = l.close_key
left join closing.progress as p
    on k.last_known_key = p.close_key and s.registry_code = p.registry_code and p.baseline = :baseline
where s.milestone_id = :milestone_id
order by s.registry_code
