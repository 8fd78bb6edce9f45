-- Returns entries that are entered and not received at a close, by class: of the books that the baseline counts (own)
-- and of the phase before (earlier). Grain: one row per class. :close_key; :baseline.
select
    c.class,
    coalesce(sum(c.items) filter (where n.phase is null or c.phase = n.phase), 0)::integer as own,
    coalesce(sum(c.items) filter (where c.phase != n.phase), 0)::integer as earlier
from closing.class_count as c
inner join plan.baseline as n on n.baseline = :baseline
where c.close_key = :close_key and c.side = 'entry' and c.class not in ('E1', 'E2', 'E11')
group by c.class
order by c.class
