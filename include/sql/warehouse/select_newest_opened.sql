-- Returns the newest close that was opened: at most one row. Grain: the close. No parameters.
select c.day
from closing.close as c
order by c.close_key desc
limit 1
