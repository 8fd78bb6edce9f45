-- Returns what a close froze of each stage, added up over the registries that have the figure: books of the phase that
-- the baseline counts, cases that it counts. Grain: one row per stage. :close_key; :baseline.
with book as (
    select
        f.registry_code,
        sum(f.books_collected) as collected,
        sum(f.books_classified) as classified,
        sum(f.books_scanned) as scanned
    from closing.figure as f
    inner join plan.baseline as n on n.baseline = :baseline
    where f.close_key = :close_key and (n.phase is null or n.phase = f.phase)
    group by f.registry_code
)

select
    v.stage,
    count(*)::integer as expected,
    count(v.done)::integer as covered,
    sum(v.done)::integer as done
from closing.progress as p
left join book as b on p.registry_code = b.registry_code
cross join
    lateral (
        values
        ('collected', b.collected),
        ('classified', b.classified),
        ('scanned', b.scanned),
        ('entered', p.entered),
        ('attached', p.attached),
        ('reviewed', p.reviewed),
        ('received', p.received)
    ) as v (stage, done)
where p.close_key = :close_key and p.baseline = :baseline
group by v.stage
