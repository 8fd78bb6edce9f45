-- Returns what is known of each registry at each close, with its name and its shard (a district, or a pack of them).
-- A registry that no close knows yet has one row without a close. Grain: registry and close, by shard (a district's own
-- registry first), registry, close. No parameters.
select
    g.shard_code,
    g.shard_name,
    g.registry_code,
    u.full_name,
    k.close_key,
    k.outcome,
    k.reading_id is not null as was_read,
    k.read_at,
    k.attempts,
    k.took_ms,
    k.entries,
    k.acknowledged_until
from plan.registry as g
inner join plan.unit as u on g.registry_code = u.code
left join closing.registry_close as k on g.registry_code = k.registry_code
order by g.shard_code, g.registry_code != g.shard_code, g.registry_code, k.close_key
