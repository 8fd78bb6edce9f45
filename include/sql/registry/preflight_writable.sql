-- Returns the tables of a schema that our log-in can write, whole or in a column. Runs at the ledger, too.
-- Grain: one row per table. $1: schema.
select c.relname::text as table_name
from pg_catalog.pg_class as c
inner join pg_catalog.pg_namespace as n on c.relnamespace = n.oid
where
    n.nspname = $1
    and c.relkind in ('r', 'p', 'v', 'f')
    and (
        has_any_column_privilege(c.oid, 'insert, update')
        or has_table_privilege(c.oid, 'delete, truncate')
    )
order by c.relname
