-- Returns the codes of rejected and failed transfers at a close that the plan does not know ('': no code at all, though
-- the registry shows them), and the close that showed each first.
-- Grain: one row per code, new ones first, then most entries first. :close_key.
with firsts as (
    select
        error_code,
        min(close_key) as first_key
    from closing.code_count
    where close_key <= :close_key
    group by error_code
)

select
    c.error_code,
    sum(c.entries)::integer as entries,
    count(distinct c.registry_code)::integer as registries,
    f.first_key
from closing.code_count as c
inner join firsts as f on c.error_code = f.error_code
left join plan.error_code as k on c.error_code = k.code
where
    c.close_key = :close_key
    and k.code is null
    and not exists (
        select 1
        from closing.registry_close as r
        where
            r.close_key = c.close_key
            and r.registry_code = c.registry_code
            and r.lacking @> array['transfer.error_code']
    )
group by c.error_code, f.first_key
order by f.first_key desc, entries desc, c.error_code asc
