-- Returns how many transfers were put back by decisions made for a day, as far as was known when its papers were first
-- written. Grain: one row per rule, most first. :day_key.
select
    d.rule,
    count(*)::integer as entries
from transfers.decision as d
where
    d.day_key = :day_key
    and d.state = 'requeued'
    -- Asked once: joined, it would be asked of each decision, since the planner has seen none of a new close.
    and coalesce(d.settled_at <= (select w.written_at from mail.written as w where w.close_key = :day_key), true)
group by d.rule
order by entries desc, d.rule asc
