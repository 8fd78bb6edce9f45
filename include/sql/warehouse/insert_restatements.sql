-- Records each dated figure of a close that was closed before and is computed otherwise now. A figure that had no data
-- is filled by late data; any other difference means that the source changed. Grain: one row per registry, register,
-- phase and figure. :close_key; :restated_at; :run_id. Needs computed; call before the figures are replaced.
insert into closing.restatement (
    close_key, registry_code, register, phase, figure, old, new, why, restated_at, run_id
)
select
    :close_key,
    d.registry_code,
    d.register,
    d.phase,
    d.figure,
    d.old,
    d.new,
    case when d.old is null then 'late data' else 'source changed' end,
    :restated_at,
    :run_id
from (
    select
        k.registry_code,
        coalesce(c.register, f.register) as register,
        coalesce(c.phase, f.phase) as phase,
        v.figure,
        coalesce(v.old, case when known.before then 0 end) as old,
        coalesce(v.new, case when c.registry_code is null then 0 end) as new
    from closing.registry_close as k
    inner join (
        select * from closing.figure as kept
        where kept.close_key = :close_key
    ) as f
        full join computed as c
        on f.registry_code = c.registry_code and f.register = c.register and f.phase = c.phase
        on k.registry_code = coalesce(c.registry_code, f.registry_code)
    cross join lateral (
        select
            exists (
                select 1
                from closing.figure as b
                where b.close_key = :close_key and b.registry_code = k.registry_code and b.entered is not null
            ) as before
    ) as known
    cross join lateral (
        values
        ('books_collected', f.books_collected, c.books_collected),
        ('books_classified', f.books_classified, c.books_classified),
        ('books_scanned', f.books_scanned, c.books_scanned),
        ('entered', f.entered, c.entered),
        ('attached', f.attached, c.attached),
        ('reviewed', f.reviewed, c.reviewed),
        ('corrected', f.corrected, c.corrected),
        ('received', f.received, c.received)
    ) as v (figure, old, new)
    where k.close_key = :close_key
) as d
where d.new is not null and d.old is distinct from d.new
