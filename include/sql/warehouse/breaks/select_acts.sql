-- Returns all that was said of a break, in order. Grain: one row per act. :break_id
select
    act,
    until_day,
    why,
    by_whom,
    acted_at
from breaks.act
where break_id = :break_id
order by act_id
