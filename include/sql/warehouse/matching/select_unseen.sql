-- Returns the tables of the mirror that the planner has no statistics of: after the first reading the server has not
-- come round yet. Grain: one row per table. No parameters.
select format('%I.%I', n.nspname, c.relname) as unseen
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
where n.nspname = 'mirror' and c.relkind = 'r' and c.reltuples < 0
order by unseen
