-- Returns what became of the decisions to re-queue that were made for a close, as far as was known when its papers were
-- first written.
-- Grain: one row per registry and state of the decision. :close_key.
-- Materialized: the planner, which has not seen the decisions of a new close, would ask it of each of them.
with papers as materialized (
    select (select w.written_at from mail.written as w where w.close_key = :close_key) as written_at
)

select
    d.registry_code,
    d.state,
    count(*)::integer as entries
from (
    select
        t.registry_code,
        case when t.settled_at > w.written_at then 'decided' else t.state end as state
    from transfers.decision as t
    cross join papers as w
    where t.day_key = :close_key
) as d
group by d.registry_code, d.state
order by d.registry_code, d.state
