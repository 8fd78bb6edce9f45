-- Takes away the counts that are made anew. :close_key. Needs counted_registry.
delete from closing.duplicate_count as c
where
    c.close_key = :close_key
    and exists (select 1 from counted_registry as g where g.registry_code = c.registry_code)
