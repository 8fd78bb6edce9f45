-- Withdraws what was told of flags that are withdrawn. Exactly those who were told are told again: the address that a
-- letter was accepted for. Whoever is behind still, though another reason is withdrawn, is not told otherwise. The
-- figures are those of the flag 'behind', else of the stage "entered".
-- Grain: one row per registry, close of its flags and address, once. :found_key: the close that found it;
-- :kinds that climb.
insert into ladder.withdrawal (
    close_key, registry_code, told_unit, told_office, told_address, stage, quota, due, done_then, done_now, why,
    found_key
)
with told as (
    select
        s.close_key,
        s.registry_code,
        s.told_unit,
        s.told_office,
        s.told_address,
        c.baseline,
        coalesce(f.stage, 'entered') as stage,
        f.due,
        f.done,
        row_number() over (
            partition by s.close_key, s.registry_code, lower(s.told_address)
            order by f.kind nulls last, s.level
        ) as place
    from ladder.withdrawn as w
    inner join ladder.step as s on w.close_key = s.close_key and w.registry_code = s.registry_code
    inner join closing.close as c on s.close_key = c.close_key
    left join ladder.flag as f
        on w.close_key = f.close_key and w.registry_code = f.registry_code and w.kind = f.kind and f.kind = 'behind'
    where
        w.found_key = :found_key
        and (
            f.kind is not null
            or not exists (
                select 1
                from ladder.flag as o
                left join ladder.withdrawn as x
                    on o.close_key = x.close_key and o.registry_code = x.registry_code and o.kind = x.kind
                where
                    o.close_key = w.close_key
                    and o.registry_code = w.registry_code
                    and o.kind = any(:kinds)
                    and x.kind is null
            )
        )
)

select
    t.close_key,
    t.registry_code,
    t.told_unit,
    t.told_office,
    t.told_address,
    t.stage,
    p.quota,
    coalesce(t.due, ceil(d.planned), 0),
    coalesce(t.done, d.done, 0),
    case t.stage
        when 'attached' then coalesce(r.attached, p.attached)
        when 'reviewed' then coalesce(r.reviewed, p.reviewed)
        when 'received' then coalesce(r.received, p.received)
        else coalesce(r.entered, p.entered)
    end,
    coalesce(x.why, 'source changed'),
    :found_key
from told as t
inner join closing.progress as p
    on t.close_key = p.close_key and t.registry_code = p.registry_code and t.baseline = p.baseline
left join closing.restated_progress as r
    on t.close_key = r.close_key and t.registry_code = r.registry_code and t.baseline = r.baseline
left join pace.standing as d
    on t.close_key = d.close_key and t.registry_code = d.registry_code and t.stage = d.stage
left join lateral (
    select y.why
    from closing.restatement as y
    where y.close_key = t.close_key and y.registry_code = t.registry_code and y.figure = t.stage
    order by y.restatement_id desc
    limit 1
) as x on true
where
    t.place = 1
    and exists (
        select 1
        from mail.letter as m
        where
            m.close_key = t.close_key
            and m.kind = 'daily'
            and m.state = 'accepted'
            and lower(m.address) = lower(t.told_address)
    )
on conflict do nothing
