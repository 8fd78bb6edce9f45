-- Returns every column of a schema with its type and whether our log-in may read it. Runs at the ledger, too.
-- Grain: one row per column. $1: schema.
select
    c.relname::text as table_name,
    a.attname::text as column_name,
    format_type(a.atttypid, null)::text as type,
    has_schema_privilege(n.oid, 'usage') and has_column_privilege(c.oid, a.attnum, 'select') as readable
from pg_catalog.pg_class as c
inner join pg_catalog.pg_namespace as n on c.relnamespace = n.oid
inner join pg_catalog.pg_attribute as a on c.oid = a.attrelid
where
    n.nspname = $1
    and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and a.attnum > 0
    and not a.attisdropped
order by c.relname, a.attnum
