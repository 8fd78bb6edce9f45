-- Returns how many transfers were put back by decisions made for a day, as far as was known when its papers were first
-- written. Grain: one row per rule, most first. :day_key.
-- Materialized: the planner, which has not seen the decisions of a new close, would ask it of each of them.
with papers as materialized (
    select (select w.written_at from mail.written as w where w.close_key = :day_key) as written_at
)

select
    d.rule,
    count(*)::integer as entries
from transfers.decision as d
cross join papers as w
where d.day_key = :day_key and d.state = 'requeued' and coalesce(d.settled_at <= w.written_at, true)
group by d.rule
order by entries desc, d.rule asc
