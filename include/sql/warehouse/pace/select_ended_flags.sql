-- Returns flags that a registry carried when it was looked at last before a close and does not carry at it, though it
-- was looked at again; what was taken back is told as such, not here.
-- Grain: one row per registry and kind. :close_key
with last as (
    select
        j.registry_code,
        now.known,
        max(j.close_key) as looked_key,
        max(j.close_key) filter (where j.known) as known_key
    from pace.judged as now
    inner join pace.judged as j on now.registry_code = j.registry_code and now.close_key > j.close_key
    where now.close_key = :close_key
    group by j.registry_code, now.known
)

select
    f.registry_code,
    f.kind,
    f.streak,
    u.full_name,
    g.area_code
from last as l
inner join ladder.flag as f
    on
        l.registry_code = f.registry_code
        and f.close_key = case when f.kind = 'silent' then l.looked_key else l.known_key end
        and (l.known or f.kind = 'silent')
inner join plan.registry as g on f.registry_code = g.registry_code
inner join plan.unit as u on g.registry_code = u.code
where
    not exists (
        select 1
        from ladder.flag as n
        where n.close_key = :close_key and f.registry_code = n.registry_code and f.kind = n.kind
    )
    and not exists (
        select 1
        from ladder.withdrawn as w
        where w.close_key = f.close_key and w.registry_code = f.registry_code and w.kind = f.kind
    )
order by f.kind, f.registry_code
