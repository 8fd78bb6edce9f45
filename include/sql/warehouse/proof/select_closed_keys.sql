-- Returns the closes that were carried through and can be proved. Grain: one row per close, in order. No parameters.
select
    c.close_key,
    c.closed_at
from closing.close as c
where
    c.closed_at is not null
    and exists (select 1 from closing.basis as b where b.close_key = c.close_key)
order by c.close_key
