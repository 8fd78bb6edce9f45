-- Returns what a close froze of each registry's stages, and what stood at the one before it (before_...), as known at
-- this one: books of the baseline, cases of its predicate. books: all that the registry shows. unsent: cases entered
-- and never put in the queue. Null is "no data". Grain: one row per registry. :close_key; :before_key (null: none).
with unsent as (
    select
        k.registry_code,
        sum(k.items)::integer as cases
    from closing.class_count as k
    inner join closing.close as c on k.close_key = c.close_key
    inner join plan.baseline as n on c.baseline = n.baseline
    where k.close_key = :close_key and k.side = 'entry' and k.class = 'E10' and (n.phase is null or n.phase = k.phase)
    group by k.registry_code
)

select
    p.registry_code,
    b.books,
    t.collected,
    t.classified,
    t.scanned,
    p.attached,
    p.reviewed,
    u.cases as unsent,
    yt.collected as before_collected,
    yt.classified as before_classified,
    yt.scanned as before_scanned,
    coalesce(r.entered, y.entered) as before_entered,
    coalesce(r.attached, y.attached) as before_attached,
    coalesce(r.reviewed, y.reviewed) as before_reviewed,
    coalesce(r.received, y.received) as before_received
from closing.close as c
inner join closing.progress as p on c.close_key = p.close_key and c.baseline = p.baseline
left join pace.books as b on c.close_key = b.close_key and p.registry_code = b.registry_code
left join pace.tally as t
    on c.close_key = t.close_key and c.baseline = t.baseline and p.registry_code = t.registry_code
left join closing.close as e on e.close_key = :before_key and e.state in ('closed', 'gaps')
left join closing.progress as y
    on e.close_key = y.close_key and c.baseline = y.baseline and p.registry_code = y.registry_code
left join closing.restated_progress as r
    on
        e.close_key = r.close_key
        and c.baseline = r.baseline
        and c.close_key >= r.seen_at
        and p.registry_code = r.registry_code
left join pace.tally as yt
    on e.close_key = yt.close_key and c.baseline = yt.baseline and p.registry_code = yt.registry_code
left join unsent as u on p.registry_code = u.registry_code
where c.close_key = :close_key
