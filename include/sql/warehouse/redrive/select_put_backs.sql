-- Returns how many transfers were put back by decisions made for a day, as far as was known when its papers were first
-- written. Grain: one row per rule, most first. :day_key.
select
    d.rule,
    count(*)::integer as entries
from transfers.decision as d
left join mail.written as w on w.close_key = :day_key
where d.day_key = :day_key and d.state = 'requeued' and coalesce(d.settled_at <= w.written_at, true)
group by d.rule
order by entries desc, d.rule asc
