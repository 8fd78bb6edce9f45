-- Marks redrives done that nothing is left for: of what was held, or through with its attempts, when they were asked
-- for, everything has gone back, was settled, or stands otherwise. No parameters.
update transfers.redrive as a
set state = 'done'
where
    a.state = 'open'
    and not exists (
        select 1
        from transfers.stopped as s
        inner join plan.registry as g on s.registry_code = g.registry_code
        where
            s.since <= a.asked_at
            and s.outcome = coalesce(a.outcome, s.outcome)
            and coalesce(s.error_code, '') = coalesce(a.error_code, s.error_code, '')
            and g.area_code = coalesce(a.area_code, g.area_code)
            and s.registry_code = coalesce(a.registry_code, s.registry_code)
    )
