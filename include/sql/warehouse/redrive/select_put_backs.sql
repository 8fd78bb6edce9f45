-- Returns how many transfers were put back by decisions made for a day. Grain: one row per rule, most first. :day_key.
select
    d.rule,
    count(*)::integer as entries
from transfers.decision as d
where d.day_key = :day_key and d.state = 'requeued'
group by d.rule
order by entries desc, d.rule asc
