-- Returns how registries stand on the ladder by the newest evening that knew of each. Grain: one row per registry, the
-- longest in a row first. :close_key: as of this close.
select
    b.registry_code,
    u.full_name,
    b.close_key,
    b.episode_key,
    b.in_row,
    b.counted,
    b.outcome,
    f.kinds,
    t.levels
from (
    select distinct on (x.registry_code) x.*
    from ladder.climb as x
    where x.close_key <= :close_key
    order by x.registry_code asc, x.close_key desc
) as b
inner join plan.unit as u on b.registry_code = u.code
left join lateral (
    select string_agg(g.kind || coalesce(' (' || nullif(g.owner, 'unit') || ')', ''), ', ' order by g.kind) as kinds
    from ladder.flag as g
    where g.close_key = b.close_key and g.registry_code = b.registry_code
) as f on true
left join lateral (
    select string_agg(s.level || ' ' || s.close_key, ', ' order by s.close_key) as levels
    from ladder.step as s
    where s.registry_code = b.registry_code and s.episode_key = b.episode_key and s.close_key <= :close_key
) as t on true
where b.outcome != 'ended'
order by b.in_row desc, b.registry_code asc
