-- Returns the breaks of a close as they were counted, with who is to clear them and the next step suggested.
-- Grain: one row per kind that has any, most open ones first. :close_key
select
    k.name_vi as name,
    k.owner,
    k.next_step_vi as next_step,
    sum(c.open) as open,
    sum(c.new) as new,
    sum(c.cleared) as cleared,
    sum(c.waived) as waived,
    max(c.oldest_days) as oldest_days,
    sum(c.unseen) as unseen
from closing.break_count as c
inner join plan.break_kind as k on c.kind = k.kind
where c.close_key = :close_key
group by k.kind
order by open desc, new desc, k.kind asc
