-- Returns how far each registry's books balance as of a close, and what the close itself changed. `known`: the close
-- knew the registry; else the newest close before that did tells. `grown`: a book came into balance after :since_key.
-- Grain: one row per registry, by code. :close_key; :since_key.
with newest as (
    select distinct on (registry_code)
        registry_code,
        close_key,
        books,
        balanced
    from completion.registry
    where close_key <= :close_key
    order by registry_code asc, close_key desc
),

changed as (
    select
        registry_code,
        count(*) filter (where balanced) as joined,
        count(*) filter (where not balanced) as fell_out
    from completion.book
    where close_key = :close_key
    group by registry_code
),

grown as (
    select distinct registry_code
    from completion.book
    where balanced and close_key > :since_key and close_key <= :close_key
)

select
    n.registry_code,
    n.close_key = :close_key as known,
    n.books,
    n.balanced,
    coalesce(c.joined, 0)::integer as joined,
    coalesce(c.fell_out, 0)::integer as fell_out,
    g.registry_code is not null as grown
from newest as n
left join changed as c on n.registry_code = c.registry_code
left join grown as g on n.registry_code = g.registry_code
order by n.registry_code
