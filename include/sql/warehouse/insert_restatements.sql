-- Records each dated figure of a close that was closed before and is computed otherwise now. A figure that had no data
-- is filled by late data; any other difference means that the source changed. Grain: one row per registry, register,
-- phase and figure. :close_key; :restated_at; :run_id. Needs computed; call before the figures are replaced.
insert into closing.restatement (
    close_key, registry_code, register, phase, figure, old, new, why, restated_at, run_id
)
with kept as (
    select
        *,
        -- A register that a known registry did not hold then counts zero, it is not unknown.
        max(entered) over (partition by registry_code) is not null as known
    from closing.figure
    where close_key = :close_key
),

-- What a later close has found since stands for what was frozen.
newest as (
    select distinct on (registry_code, register, phase, figure)
        registry_code,
        register,
        phase,
        figure,
        new
    from closing.restatement
    where close_key = :close_key
    order by registry_code asc, register asc, phase asc, figure asc, restatement_id desc
),

known_registry as (
    select distinct registry_code
    from kept
    where known
),

compared as (
    select
        coalesce(c.registry_code, f.registry_code) as registry_code,
        coalesce(c.register, f.register) as register,
        coalesce(c.phase, f.phase) as phase,
        v.figure,
        v.old,
        case when c.registry_code is null then 0 else v.new end as new
    from computed as c
    full join kept as f
        on c.registry_code = f.registry_code and c.register = f.register and c.phase = f.phase
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
),

judged as (
    select
        d.*,
        coalesce(
            n.new, d.old, case when k.registry_code is not null and d.figure != 'received' then 0 end
        ) as old_known
    from compared as d
    left join newest as n
        on
            d.registry_code = n.registry_code
            and d.register = n.register
            and d.phase = n.phase
            and d.figure = n.figure
    left join known_registry as k on d.registry_code = k.registry_code
)

select
    :close_key,
    registry_code,
    register,
    phase,
    figure,
    old_known,
    new,
    case when old_known is null then 'late data' else 'source changed' end,
    :restated_at,
    :run_id
from judged
where new is not null and old_known is distinct from new
