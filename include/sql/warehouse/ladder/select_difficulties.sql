-- Returns difficulties, the oldest first. Grain: one row per difficulty. :difficulty_id, :registry_code, :state (open,
-- overdue, closed): null is any; :day: what is due before it is overdue.
with standing as (
    select
        d.difficulty_id,
        d.registry_code,
        u.full_name,
        d.kind,
        d.owner,
        d.said,
        d.opened_on,
        d.opened_key,
        d.last_told_on,
        d.confirmed,
        d.due_day,
        d.closed_on,
        d.closed_key,
        d.closed_by,
        d.closed_why,
        case
            when d.closed_key is not null then 'closed'
            when d.due_day < :day then 'overdue'
            else 'open'
        end as state
    from ladder.difficulty as d
    inner join plan.unit as u on d.registry_code = u.code
)

select s.*
from standing as s
where
    (cast(:difficulty_id as bigint) is null or s.difficulty_id = :difficulty_id)
    and (cast(:registry_code as text) is null or s.registry_code = :registry_code)
    and (cast(:state as text) is null or s.state = :state or (:state = 'open' and s.state = 'overdue'))
order by s.opened_on, s.difficulty_id
