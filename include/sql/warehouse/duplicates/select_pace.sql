-- Returns how many duplicates were decided at the last closes, the newest first. Grain: one row per close.
-- :close_key: the newest of them; :closes: at most so many.
select
    close_key,
    sum(decided)::integer as decided
from closing.duplicate_count
where close_key <= :close_key
group by close_key
order by close_key desc
limit :closes
