-- Notes of which closing of each close the tallies are. Grain: one row per close. :close_key: the newest; :baseline.
insert into pace.tallied (close_key, baseline, closing_no)
select
    c.close_key,
    :baseline,
    (select coalesce(max(b.closing_no), 0) from closing.basis as b where b.close_key = c.close_key)
from closing.close as c
where c.close_key <= :close_key and c.kind != 'tail' and c.state != 'open'
on conflict (close_key, baseline) do nothing
