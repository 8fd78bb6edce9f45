-- Returns what became of the decisions to re-queue that were made for a close, as far as was known when its papers were
-- first written.
-- Grain: one row per registry and state of the decision. :close_key.
select
    d.registry_code,
    d.state,
    count(*)::integer as entries
from (
    select
        t.registry_code,
        case
            -- Asked once: joined, it would be asked of each decision, since the planner has seen none of a new close.
            when t.settled_at > (select w.written_at from mail.written as w where w.close_key = :close_key)
                then 'decided'
            else t.state
        end as state
    from transfers.decision as t
    where t.day_key = :close_key
) as d
group by d.registry_code, d.state
order by d.registry_code, d.state
