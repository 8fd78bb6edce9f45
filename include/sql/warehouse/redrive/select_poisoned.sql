-- Returns entries that are through with their attempts, the longest first, with where they stand in the books.
-- Grain: one row per entry. :outcome; :error_code; :area_code; :registry_code (null: any); :at_most.
select
    p.registry_code,
    p.entry_id,
    p.outcome,
    coalesce(p.error_code, '') as error_code,
    b.register,
    b.opened_year,
    b.book_no,
    e.entry_no,
    e.t_attempts as sends,
    p.since
from transfers.poisoned as p
inner join plan.registry as g on p.registry_code = g.registry_code
inner join mirror.entry as e on p.registry_code = e.registry_code and p.entry_id = e.entry_id
inner join mirror.book as b on e.registry_code = b.registry_code and e.book_id = b.book_id
where
    (cast(:outcome as text) is null or p.outcome = :outcome)
    and (cast(:error_code as text) is null or p.error_code = :error_code)
    and (cast(:area_code as text) is null or g.area_code = :area_code)
    and (cast(:registry_code as text) is null or p.registry_code = :registry_code)
order by p.since, p.registry_code, p.entry_id
limit :at_most
