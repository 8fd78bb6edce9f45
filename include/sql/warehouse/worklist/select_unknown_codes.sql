-- Returns the codes of rejected and failed transfers at a close that the plan does not know ('': no code at all), and
-- the close that showed each first. Grain: one row per code, new ones first, then most entries first. :close_key.
select
    c.error_code,
    sum(c.entries)::integer as entries,
    count(distinct c.registry_code)::integer as registries,
    f.first_key
from closing.code_count as c
inner join
    lateral (
        select min(p.close_key) as first_key
        from closing.code_count as p
        where p.error_code = c.error_code and p.close_key <= :close_key
    ) as f on true
where
    c.close_key = :close_key
    and not exists (select 1 from plan.error_code as k where k.code = c.error_code)
group by c.error_code, f.first_key
order by f.first_key desc, entries desc, c.error_code
