-- Makes the temporary table tried: what was decided about failing entries so far. open: a decision is not carried out
-- yet. made: put back so often in the way they fail now, since the last redrive (which counts). rounds: redrives.
-- put_at: last put back in that way. told_at: the registry last answered. refused_at: it last let nobody put back.
-- Grain: one row per entry with decisions. No parameters. Needs failing.
create temporary table tried on commit drop as
with decided as (
    select
        d.*,
        d.state = 'requeued' and f.outcome = coalesce(d.outcome, f.outcome) as same_way,
        max(d.decision_id) filter (where d.redrive_id is not null and d.state = 'requeued')
            over (partition by d.registry_code, d.entry_id) as redriven
    from failing as f
    inner join transfers.decision as d on f.registry_code = d.registry_code and f.entry_id = d.entry_id
    where d.action = 'put_back'
)

select
    registry_code,
    entry_id,
    bool_or(state = 'decided') as open,
    count(*) filter (where same_way and decision_id >= coalesce(redriven, 0))::integer as made,
    count(*) filter (where state = 'requeued' and redrive_id is not null)::integer as rounds,
    max(decided_at) filter (where same_way) as put_at,
    max(settled_at) filter (where state in ('requeued', 'not_requeued')) as told_at,
    max(settled_at) filter (where state = 'not_permitted') as refused_at
from decided
group by registry_code, entry_id
