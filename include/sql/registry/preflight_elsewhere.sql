-- Returns the tables and views outside a schema that our log-in can read in some column: a copy of a table with people
-- in it is as bad as the table. The server's own and those of extensions are left out. Runs at the ledger, too.
-- Grain: one row per table. $1: schema.
select concat(n.nspname, '.', c.relname) as table_name
from pg_catalog.pg_class as c
inner join pg_catalog.pg_namespace as n on c.relnamespace = n.oid
where
    n.nspname not in ($1, 'pg_catalog', 'information_schema')
    and n.nspname not like 'pg\_%'
    and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and has_schema_privilege(n.oid, 'usage')
    and has_any_column_privilege(c.oid, 'select')
    and not exists (
        select 1
        from pg_catalog.pg_depend as d
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
    )
order by n.nspname, c.relname
