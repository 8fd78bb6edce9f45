-- The newest close that was carried through (held ones included): at most one row.
-- Grain: the close. Parameters: none.
select close_key
from closing.close
where state <> 'open'
order by close_key desc
limit 1;
