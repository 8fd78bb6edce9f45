-- Returns what the server says of itself, and whether our log-in is above all grants. Runs at the ledger, too.
-- Grain: one row. No parameters.
select
    current_setting('server_version_num')::integer as version,
    pg_encoding_to_char(d.encoding)::text as encoding,
    clock_timestamp() as clock,
    case when has_database_privilege(d.oid, 'connect') then pg_database_size(d.oid) end as bytes,
    coalesce((select r.rolsuper from pg_catalog.pg_roles as r where r.rolname = current_user), false) as superuser
from pg_catalog.pg_database as d
where d.datname = current_database()
