-- Returns what stood held, through with its attempts, and untold after a day's last deciding.
-- Grain: one row per kind that has any. :day_key.
select
    s.kind,
    sum(s.entries)::integer as entries
from transfers.standing as s
where s.day_key = :day_key
group by s.kind
order by s.kind
