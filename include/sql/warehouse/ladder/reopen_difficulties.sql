-- Takes back what a close ended by itself, before it looks anew. :close_key
update ladder.difficulty as d
set closed_on = null, closed_key = null
where
    d.closed_key = :close_key
    and d.closed_by is null
    and not exists (
        select 1
        from ladder.difficulty as o
        where o.registry_code = d.registry_code and o.kind = d.kind and o.closed_key is null
    )
