-- Makes the temporary table refused_duplicate: entries that the Ministry refused as duplicates and that have no
-- receipt at :as_of, not even as one of several candidates, nor a cancelled one (class E6-duplicate of
-- docs/figures.md), with their book. Grain: one row per entry. :as_of. Needs pair and ambiguous.
create temporary table refused_duplicate on commit drop as
with refused as materialized (
    select
        e.registry_code,
        e.entry_id,
        e.book_id,
        e.entry_no,
        e.t_error_code as error_code,
        coalesce(e.t_attempts, 0::smallint) as sends
    from mirror.entry as e
    inner join plan.error_code as k on e.t_error_code = k.code and k.kind = 'duplicate'
    where e.t_state = 'rejected'
),

paired as (
    select
        r.registry_code,
        r.entry_id
    from refused as r
    inner join matching.pair as p on r.registry_code = p.registry_code and r.entry_id = p.entry_id
    left join matching.ambiguous as a on p.receipt_id = a.receipt_id
    where
        p.received_at <= :as_of
        and (a.receipt_id is null or matching.live(p.received_at, p.cancelled_at, :as_of))
)

select
    r.*,
    b.phase,
    b.register,
    b.opened_year,
    b.book_no,
    b.opened_by
from refused as r
inner join mirror.book as b on r.registry_code = b.registry_code and r.book_id = b.book_id
-- Hashed whatever the planner expects of the two, which is far too few.
where (r.registry_code, r.entry_id) not in (select p.registry_code, p.entry_id from paired as p)
