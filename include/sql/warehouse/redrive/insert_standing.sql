-- Counts what stands for a day: held, through with their attempts (poison), and decided and not told to the registry.
-- Grain: one row per registry, kind, outcome and code that has any. :day_key.
insert into transfers.standing (day_key, registry_code, kind, outcome, error_code, entries)
select
    :day_key,
    s.registry_code,
    s.kind,
    coalesce(s.outcome, ''),
    coalesce(s.error_code, ''),
    count(*)
from (
    select
        t.registry_code,
        t.kind,
        t.outcome,
        t.error_code
    from transfers.stopped as t
    union all
    select
        d.registry_code,
        'untold' as kind,
        d.outcome,
        d.error_code
    from transfers.decision as d
    where d.state = 'decided'
) as s
group by s.registry_code, s.kind, coalesce(s.outcome, ''), coalesce(s.error_code, '')
