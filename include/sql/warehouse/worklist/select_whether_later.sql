-- Returns whether a later close was closed before: then worklists are left as they are. Grain: one row. :close_key.
select count(*) > 0 as later
from closing.close as c
where c.close_key > :close_key and c.closed_at is not null
