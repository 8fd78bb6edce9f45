-- Returns the newest close that was opened, and whether people have been told of it. Grain: one row; none before the
-- first.
select
    c.close_key,
    c.day,
    exists(
        select 1
        from mail.letter as m
        where m.close_key = c.close_key and m.kind = 'daily' and m.state != 'dropped'
    ) as told
from closing.close as c
order by c.close_key desc
limit 1
