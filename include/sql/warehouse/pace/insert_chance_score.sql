-- Freezes how good the chances of making a milestone were, of registries at work when they were foretold, once it has
-- passed: made is who was finished at the close before it, missed who was not at the first close after it.
-- Between the two nobody knows. Grain: at most one row. :close_key; :stage; :milestone; :share: finished is so much of
-- the work.
insert into pace.chance_score (close_key, stage, chances, brier, brier_naive)
with place as (
    select
        max(close_key) filter (where as_of <= :milestone) as last_before,
        min(close_key) filter (where as_of >= :milestone) as first_after
    from closing.close
    where kind != 'tail' and state in ('closed', 'gaps') and close_key <= :close_key
),

came as (
    select
        f.unit_code,
        case when bool_or(f.close_key = p.last_before and f.p50_days = 0) then 1 else 0 end as made
    from place as p
    inner join pace.forecast as f on f.close_key in (p.last_before, p.first_after)
    where f.scope = 'registry' and f.stage = :stage
    group by f.unit_code
    having
        bool_or(f.close_key = p.last_before and f.p50_days = 0)
        or bool_or(f.close_key = p.first_after and f.p50_days > 0)
),

foretold as (
    select
        f.chance,
        m.made,
        case
            when f.naive_days <= extract(epoch from cast(:milestone as timestamptz) - c.as_of) / 86400 then 1 else 0
        end as naive
    from pace.forecast as f
    inner join closing.close as c on f.close_key = c.close_key
    inner join came as m on f.unit_code = m.unit_code
    where f.scope = 'registry' and f.stage = :stage and f.p50_days > 0 and f.chance is not null and c.as_of < :milestone
)

select
    :close_key,
    :stage,
    count(*),
    avg((chance - made) ^ 2),
    avg((naive - made) ^ 2)
from foretold
having count(*) > 0
