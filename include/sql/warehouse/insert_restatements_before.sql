-- Records each dated figure of the close before that the present close finds to be otherwise. A figure that had no data
-- is not among them: a gap is filled by closing its day again.
-- Grain: one row per registry, register, phase and figure. :previous_key; :close_key; :restated_at; :run_id.
-- Needs computed_before.
insert into closing.restatement (
    close_key, registry_code, register, phase, figure, old, new, why, restated_at, run_id
)
with newest as (
    select distinct on (registry_code, register, phase, figure)
        registry_code,
        register,
        phase,
        figure,
        new
    from closing.restatement
    where close_key = :previous_key
    order by registry_code asc, register asc, phase asc, figure asc, restatement_id desc
),

frozen as (
    select *
    from closing.figure
    where close_key = :previous_key
),

at_both as (
    select
        n.registry_code,
        n.reading_id is not null as read_now,
        p.reading_id is not null as known
    from closing.registry_close as n
    inner join closing.registry_close as p on n.registry_code = p.registry_code and p.close_key = :previous_key
    where n.close_key = :close_key
),

-- What the registries that were read now hold nothing of any more counts zero, and so does what they held nothing of.
compared as (
    select
        k.registry_code,
        coalesce(c.register, f.register) as register,
        coalesce(c.phase, f.phase) as phase,
        v.figure,
        case when f.registry_code is null and k.known then 0 else v.old end as old,
        case when c.registry_code is null and (k.read_now or v.figure = 'received') then 0 else v.new end as new
    from frozen as f
    full join computed_before as c
        on f.registry_code = c.registry_code and f.register = c.register and f.phase = c.phase
    inner join at_both as k on coalesce(c.registry_code, f.registry_code) = k.registry_code
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

known as (
    select
        c.registry_code,
        c.register,
        c.phase,
        c.figure,
        coalesce(n.new, c.old) as old,
        c.new
    from compared as c
    left join newest as n
        on
            c.registry_code = n.registry_code
            and c.register = n.register
            and c.phase = n.phase
            and c.figure = n.figure
)

select
    :previous_key,
    registry_code,
    register,
    phase,
    figure,
    old,
    new,
    'source changed',
    :restated_at,
    :run_id
from known
where old is not null and new is not null and old != new
