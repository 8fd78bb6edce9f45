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
        h.registry_code,
        'held' as kind,
        h.outcome,
        h.error_code
    from transfers.held as h
    union all
    select
        p.registry_code,
        'poison' as kind,
        p.outcome,
        p.error_code
    from transfers.poisoned as p
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
