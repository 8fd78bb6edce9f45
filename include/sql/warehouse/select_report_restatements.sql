-- Returns which figures of earlier closes changed after `reported_until` (null: ever) and not later than `closed_at`:
-- the registry's sum before and after, and when it was last found. Books that the baseline of that close counts (by
-- phase) and others are told apart. old is null where a part of the sum had no data before.
-- Grain: one row per earlier close, registry, reason, phase counted or not, and figure.
-- :close_key; :reported_until; :closed_at.
with told as (
    select
        r.close_key,
        r.registry_code,
        r.register,
        r.phase,
        r.figure,
        (array_agg(r.old order by r.restatement_id))[1] as old,
        (array_agg(r.new order by r.restatement_id desc))[1] as new,
        case
            when (array_agg(r.old order by r.restatement_id))[1] is null then 'late data' else 'source changed'
        end as why,
        max(r.restated_at) as found_at
    from closing.restatement as r
    where
        r.close_key < :close_key
        and r.restated_at <= :closed_at
        and (cast(:reported_until as timestamptz) is null or r.restated_at > :reported_until)
    group by r.close_key, r.registry_code, r.register, r.phase, r.figure
),

changed as (
    select
        t.*,
        c.day,
        c.kind,
        n.phase is null or t.phase = n.phase as counted,
        n.phase as counted_phase
    from told as t
    inner join closing.close as c on t.close_key = c.close_key
    inner join plan.baseline as n on c.baseline = n.baseline
    where t.old is distinct from t.new
),

summed as (
    select
        close_key,
        registry_code,
        day,
        kind,
        why,
        counted,
        counted_phase,
        figure,
        bool_or(old is null) as had_no_data,
        sum(new - coalesce(old, 0)) as change,
        sum(new) as new,
        max(found_at) as found_at
    from changed
    group by close_key, registry_code, day, kind, why, counted, counted_phase, figure
)

select
    s.day,
    s.kind,
    s.registry_code,
    u.full_name,
    s.figure,
    s.why,
    s.counted,
    s.found_at,
    case when not s.had_no_data then (s.new - s.change + others.value)::integer end as old,
    (s.new + others.value)::integer as new
from summed as s
inner join plan.unit as u on s.registry_code = u.code
-- What did not change of the registry's sum, as it was known then: later restatements are taken back.
inner join lateral (
    select coalesce(sum(coalesce(later.old, newest.new, (to_jsonb(f) ->> s.figure)::integer)), 0) as value
    from closing.figure as f
    left join lateral (
        select x.old
        from closing.restatement as x
        where
            x.close_key = f.close_key
            and x.registry_code = f.registry_code
            and x.register = f.register
            and x.phase = f.phase
            and x.figure = s.figure
            and x.restated_at > :closed_at
        order by x.restatement_id
        limit 1
    ) as later on true
    left join lateral (
        select x.new
        from closing.restatement as x
        where
            x.close_key = f.close_key
            and x.registry_code = f.registry_code
            and x.register = f.register
            and x.phase = f.phase
            and x.figure = s.figure
            and x.restated_at <= :closed_at
        order by x.restatement_id desc
        limit 1
    ) as newest on true
    where
        f.close_key = s.close_key
        and f.registry_code = s.registry_code
        and (s.counted_phase is null or f.phase = s.counted_phase) = s.counted
        and not exists (
            select 1
            from changed as g
            where
                g.close_key = f.close_key
                and g.registry_code = f.registry_code
                and g.register = f.register
                and g.phase = f.phase
                and g.figure = s.figure
                and g.why = s.why
        )
) as others on true
order by s.close_key asc, s.registry_code asc, s.why asc, s.counted desc, s.figure asc
