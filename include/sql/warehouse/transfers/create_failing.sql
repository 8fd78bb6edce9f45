-- Makes the temporary table failing: what transfers.failing shows of registries that this attempt has read, with what
-- the plan says of each outcome. A registry that shows no codes is left alone; duplicates only where two people found
-- them to be none. Grain: one row per entry. entry_hash tells entries apart as one number: the planner misjudges two
-- columns of which neither does. read_at: moment of the reading. failed_at: by the registry's own clock, good for an
-- order alone. :attempt_key.
create temporary table failing on commit drop as
select
    f.registry_code,
    f.entry_id,
    hashtextextended(f.registry_code, f.entry_id) as entry_hash,
    f.t_state,
    f.error_code,
    f.sends,
    f.outcome,
    f.class,
    f.action,
    coalesce(f.t_answered_at, f.t_sent_at) as failed_at,
    f.t_sent_at as sent_at,
    o.attempts,
    o.first_wait_minutes,
    o.longest_wait_minutes,
    r.read_at,
    n.entry_id is not null as not_duplicate
from transfers.failing as f
inner join plan.outcome as o on f.outcome = o.outcome
inner join transfers.reading as r on r.attempt_key = :attempt_key and f.registry_code = r.registry_code
left join transfers.not_duplicate as n on f.registry_code = n.registry_code and f.entry_id = n.entry_id
where
    f.class != 'duplicate'
    or n.entry_id is not null
    or exists (
        select 1
        from transfers.decision as d
        where d.state = 'decided' and d.registry_code = f.registry_code and d.entry_id = f.entry_id
    )
