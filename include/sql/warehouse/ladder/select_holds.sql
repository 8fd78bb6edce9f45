-- Returns acknowledgements and silences that hold on a day or later. Grain: one row per act, by first day. :day
select
    'acknowledged' as what,
    acknowledgement_id as id,
    registry_code,
    from_day,
    until_day,
    who as said,
    by_whom
from ladder.acknowledgement
where until_day >= :day
union all
select
    'silenced' as what,
    silence_id as id,
    registry_code,
    from_day,
    until_day,
    why as said,
    by_whom
from ladder.silence
where until_day >= :day and lifted_at is null
order by from_day, what, id
