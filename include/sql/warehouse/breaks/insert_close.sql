-- Notes that the breaks of a close are counted; a row that is there already stays. A close that is counted after a
-- later one is not in order. Grain: at most one row. :close_key
insert into closing.break_close (close_key, previous_key, in_order)
select
    :close_key,
    max(b.close_key) filter (where b.close_key < :close_key),
    count(*) filter (where b.close_key > :close_key) = 0
from closing.break_close as b
on conflict do nothing
