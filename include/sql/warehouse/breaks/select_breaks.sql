-- Returns breaks with what the data team last said of them, the oldest first; ages are of the newest counted close.
-- Grain: one row per break. :registry_code, :kind, :owner (null: any); :state (open, waived, cleared; null: open and
-- waived); :least_days (0: any age); :break_id (null: any); :at_most.
with now as (
    select
        max(b.close_key) as close_key,
        max(c.day) as day
    from closing.break_close as b
    inner join closing.close as c on b.close_key = c.close_key
),

told as (
    select
        k.*,
        p.owner,
        p.name_vi,
        p.next_step_vi,
        case
            when k.state = 'cleared' then 'cleared'
            when k.waived_until >= n.day then 'waived'
            else 'open'
        end as stands,
        (n.day - k.opened_on) + 1 as days,
        (
            select max(l.close_key)
            from closing.break_look as l
            where l.registry_code = k.registry_code and k.aspect = any(l.aspects)
        ) as looked_key
    from breaks.known as k
    cross join now as n
    inner join plan.break_kind as p on k.kind = p.kind
)

select
    t.break_id,
    t.registry_code,
    coalesce(u.full_name, '') as full_name,
    t.kind,
    t.name_vi,
    t.next_step_vi,
    t.owner,
    t.subject,
    t.items,
    t.stands as state,
    case when t.stands != 'cleared' then t.days end as days,
    t.first_seen_key,
    case when t.state = 'open' then t.looked_key end as last_looked_key,
    t.cleared_key,
    t.reopened,
    case when t.stands = 'waived' then t.waived_until end as waived_until,
    said.why as said
from told as t
left join plan.unit as u on t.registry_code = u.code
left join lateral (
    select a.why
    from breaks.act as a
    where a.break_id = t.break_id
    order by a.act_id desc
    limit 1
) as said on true
where
    (cast(:break_id as bigint) is null or t.break_id = :break_id)
    and (cast(:registry_code as text) is null or t.registry_code = :registry_code)
    and (cast(:kind as text) is null or t.kind = :kind)
    and (cast(:owner as text) is null or t.owner = :owner)
    and (
        t.stands = cast(:state as text)
        or (cast(:state as text) is null and (t.stands != 'cleared' or cast(:break_id as bigint) is not null))
    )
    and (t.stands = 'cleared' or t.days >= :least_days)
order by t.opened_on asc, t.registry_code asc, t.kind asc, t.break_id asc
limit :at_most
