-- Returns the close that tells of each milestone, and of how many registries it knows nothing yet.
-- Grain: one row per milestone that is past. No parameters.
select
    m.milestone_id,
    m.close_key,
    count(k.registry_code) filter (where s.done is null)::integer as unknown
from milestone.close as m
left join closing.registry_close as k on m.close_key = k.close_key
left join milestone.standing as s on m.milestone_id = s.milestone_id and k.registry_code = s.registry_code
group by m.milestone_id, m.close_key
order by m.milestone_id
