-- Returns by how much figures of earlier closes changed after `reported_until` (null: ever) and not later than
-- `closed_at`: from the oldest value in that time to the newest. change is null where there was no figure before.
-- Grain: one row per earlier close, registry, figure and reason. :close_key; :reported_until; :closed_at.
with told as (
    select
        r.close_key,
        r.registry_code,
        r.register,
        r.phase,
        r.figure,
        (array_agg(r.old order by r.restatement_id))[1] as old,
        (array_agg(r.new order by r.restatement_id desc))[1] as new,
        (array_agg(r.why order by r.restatement_id desc))[1] as why
    from closing.restatement as r
    where
        r.close_key < :close_key
        and r.restated_at <= :closed_at
        and (cast(:reported_until as timestamptz) is null or r.restated_at > :reported_until)
    group by r.close_key, r.registry_code, r.register, r.phase, r.figure
)

select
    c.day,
    c.kind,
    t.registry_code,
    u.full_name,
    t.figure,
    t.why,
    sum(t.new - t.old)::integer as change
from told as t
inner join closing.close as c on t.close_key = c.close_key
inner join plan.unit as u on t.registry_code = u.code
where t.old is distinct from t.new
group by c.close_key, c.day, c.kind, t.registry_code, u.full_name, t.figure, t.why
order by c.close_key, t.registry_code, t.why, t.figure
