-- Withdraws flags of earlier closes that rested on a figure restated since: by what is known now the registry was not
-- behind. Exactly those who were told are told again: the address that a letter was accepted for.
-- Grain: one row per flag and address, once. :found_key: the close that finds it; :tolerance_share, as for the flag.
insert into ladder.withdrawal (
    close_key, registry_code, told_unit, told_office, told_address, stage, quota, due, done_then, done_now, why,
    found_key
)
with now_known as (
    select
        s.close_key,
        s.registry_code,
        s.told_unit,
        s.told_office,
        s.told_address,
        f.stage,
        f.quota,
        f.due,
        f.done,
        case f.stage
            when 'entered' then coalesce(r.entered, p.entered)
            when 'attached' then coalesce(r.attached, p.attached)
            when 'reviewed' then coalesce(r.reviewed, p.reviewed)
            when 'received' then coalesce(r.received, p.received)
        end as done_now
    from ladder.step as s
    inner join ladder.flag as f
        on s.close_key = f.close_key and s.registry_code = f.registry_code and f.kind = 'behind'
    inner join closing.close as c on s.close_key = c.close_key
    inner join closing.progress as p
        on s.close_key = p.close_key and s.registry_code = p.registry_code and c.baseline = p.baseline
    left join closing.restated_progress as r
        on s.close_key = r.close_key and s.registry_code = r.registry_code and c.baseline = r.baseline
    where s.close_key < :found_key
)

select
    n.close_key,
    n.registry_code,
    n.told_unit,
    n.told_office,
    n.told_address,
    n.stage,
    n.quota,
    n.due,
    n.done,
    n.done_now,
    coalesce(w.why, 'source changed'),
    :found_key
from now_known as n
left join lateral (
    select x.why
    from closing.restatement as x
    where x.close_key = n.close_key and x.registry_code = n.registry_code and x.figure = n.stage
    order by x.restatement_id desc
    limit 1
) as w on true
where
    n.done_now > n.done
    and n.done_now >= n.due - n.quota * cast(:tolerance_share as double precision)
    and exists (
        select 1
        from mail.message as m
        where
            m.close_key = n.close_key
            and m.kind = 'daily'
            and m.state = 'accepted'
            and lower(m.address) = lower(n.told_address)
    )
on conflict do nothing
