-- Returns entries that are entered and not received at a close, by class: of the phase that the baseline counts (own)
-- and of the other (earlier). Of those that nobody can tell apart (E3) as many are left out as count as received.
-- Grain: one row per class. :close_key; :baseline.
with classed as (
    select
        c.class,
        coalesce(sum(c.items) filter (where n.phase is null or c.phase = n.phase), 0)::integer as own,
        coalesce(sum(c.items) filter (where c.phase != n.phase), 0)::integer as earlier
    from closing.class_count as c
    inner join plan.baseline as n on n.baseline = :baseline
    where c.close_key = :close_key and c.side = 'entry'
    group by c.class
),

received as (
    select
        coalesce(sum(f.received) filter (where n.phase is null or f.phase = n.phase), 0)::integer as own,
        coalesce(sum(f.received) filter (where f.phase != n.phase), 0)::integer as earlier
    from closing.figure as f
    inner join plan.baseline as n on n.baseline = :baseline
    where
        f.close_key = :close_key
        -- An array is made once, whatever the planner thinks of a close that its statistics do not know yet.
        and f.registry_code = any(
            array(
                select distinct c.registry_code
                from closing.class_count as c
                where c.close_key = :close_key and c.side = 'entry'
            )
        )
),

by_their_own as (
    select
        coalesce(sum(own), 0) as own,
        coalesce(sum(earlier), 0) as earlier
    from classed
    where class in ('E1', 'E2')
)

select
    c.class,
    (c.own - case when c.class = 'E3' then least(greatest(r.own - t.own, 0), c.own) else 0 end)::integer as own,
    (c.earlier - case when c.class = 'E3' then least(greatest(r.earlier - t.earlier, 0), c.earlier) else 0 end)::integer
        as earlier
from classed as c
cross join received as r
cross join by_their_own as t
where c.class not in ('E1', 'E2', 'E11')
order by c.class
