-- Returns acknowledgements and silences that hold on the day of a close, as far as was known when its papers were first
-- written. Grain: one row per act, by first day. :close_key
select
    h.what,
    h.registry_code,
    h.until_day,
    h.said
from closing.close as c
inner join ladder.hold as h on c.day between h.from_day and h.until_day
left join mail.written as w on c.close_key = w.close_key
where c.close_key = :close_key and (h.lifted_at is null or h.lifted_at > w.written_at)
order by h.from_day, h.what, h.id
