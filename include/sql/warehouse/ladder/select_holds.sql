-- Returns acknowledgements and silences that hold on a day or later. Grain: one row per act, by first day. :day
select
    what,
    id,
    registry_code,
    from_day,
    until_day,
    said,
    by_whom
from ladder.hold
where until_day >= :day and lifted_at is null
order by from_day, what, id
