-- Keeps how many books of each registry a close knew, and how many of them balance. Grain: one row per registry.
-- :close_key. Needs balanced.
insert into completion.registry (close_key, registry_code, books, balanced)
select
    :close_key,
    registry_code,
    count(*) as books,
    count(*) filter (where balanced) as balanced
from balanced
group by registry_code
on conflict (close_key, registry_code) do update set
    books = excluded.books,
    balanced = excluded.balanced
