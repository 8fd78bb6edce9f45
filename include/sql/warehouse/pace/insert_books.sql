-- Keeps how many books of each registry the baseline counts and how many cases they hold, as the mirror shows them now;
-- what was kept for the close stays. A book without a closing total counts by its pages, at the cases a page of the
-- registry's others of its register (without pages: as their mean), else of all its others, else of the province's of
-- the register.
-- Grain: one row per registry that was ever read. :close_key; :baseline.
insert into pace.books (close_key, registry_code, books, holdings)
with book as (
    select
        b.registry_code,
        b.register,
        b.closing_total,
        nullif(b.pages, 0) as pages
    from mirror.book as b
    inner join plan.baseline as n on n.baseline = :baseline
    where
        (n.phase is null or b.phase = n.phase)
        and (n.opened_year_max is null or b.opened_year <= n.opened_year_max)
),

mean as (
    select
        registry_code,
        register,
        avg(closing_total) as cases,
        sum(closing_total) filter (where pages is not null)::numeric
        / sum(pages) filter (where closing_total is not null) as per_page
    from book
    group by grouping sets ((registry_code, register), (registry_code), (register))
)

select
    :close_key,
    g.registry_code,
    count(b.register),
    case
        when count(b.closing_total) > 0
            then round(sum(coalesce(
                b.closing_total,
                b.pages * m.per_page, m.cases,
                b.pages * own.per_page, own.cases,
                b.pages * everywhere.per_page, everywhere.cases
            )))
    end
from plan.registry as g
left join book as b on g.registry_code = b.registry_code
left join mean as m on b.registry_code = m.registry_code and b.register = m.register
left join mean as own on g.registry_code = own.registry_code and own.register is null
left join mean as everywhere on b.register = everywhere.register and everywhere.registry_code is null
where exists (select 1 from mirror.book as k where k.registry_code = g.registry_code)
group by g.registry_code
on conflict (close_key, registry_code) do nothing
