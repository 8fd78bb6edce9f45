-- Returns the difficulties that a close's papers tell of: open at it, or closed by it. state: new (the close is the
-- first that saw it), overdue, open, closed. Grain: one row per difficulty, by number. :close_key.
select
    d.difficulty_id,
    d.registry_code,
    u.full_name,
    g.area_code,
    d.kind,
    d.owner,
    case when t.close_key is null then d.said else t.said end as said,
    d.opened_on,
    d.last_told_on,
    d.due_day,
    coalesce(t.confirmed, d.confirmed) as confirmed,
    d.closed_by is not null as closed_by_person,
    case when d.closed_by is not null then d.closed_why end as closed_why,
    case
        when d.closed_key <= c.close_key then 'closed'
        when d.opened_key = c.close_key then 'new'
        when d.due_day < c.day then 'overdue'
        else 'open'
    end as state
from closing.close as c
inner join ladder.difficulty as d
    on c.close_key >= d.opened_key and (d.closed_key is null or c.close_key <= d.closed_key)
left join ladder.difficulty_told as t on c.close_key = t.close_key and d.difficulty_id = t.difficulty_id
inner join plan.registry as g on d.registry_code = g.registry_code
inner join plan.unit as u on g.registry_code = u.code
where c.close_key = :close_key
order by d.difficulty_id
