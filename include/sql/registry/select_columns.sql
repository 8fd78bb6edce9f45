-- Returns which columns of the contract's tables are there, and which of them we may read.
-- Grain: one row per column. No parameters.
select
    c.relname::text as table_name,
    a.attname::text as column_name,
    has_column_privilege(c.oid, a.attnum, 'select') as readable
from pg_catalog.pg_class as c
inner join pg_catalog.pg_namespace as n on c.relnamespace = n.oid
inner join pg_catalog.pg_attribute as a on c.oid = a.attrelid
where
    n.nspname = 'sohoa'
    and c.relname in ('book', 'entry', 'transfer', 'daily_report')
    and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and a.attnum > 0
    and not a.attisdropped
