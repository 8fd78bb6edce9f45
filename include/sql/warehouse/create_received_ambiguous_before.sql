-- Makes the temporary table received_ambiguous_before: received_ambiguous as of the close before, as known now.
-- Grain: one row per registry, register, phase, opened year and folded entry key. :previous_as_of. Needs pair and
-- ambiguous. Rule: docs/figures.md, matching.
create temporary table received_ambiguous_before on commit drop as
with live as (
    select
        p.receipt_id,
        p.registry_code,
        p.entry_id
    from pair as p
    inner join ambiguous as a on p.receipt_id = a.receipt_id
    where
        p.received_at <= :previous_as_of
        and (p.cancelled_at is null or p.cancelled_at > :previous_as_of)
),

-- Of the few entries concerned, those with a receipt of their own.
received_by_its_own as (
    select distinct
        p.registry_code,
        p.entry_id
    from pair as p
    inner join live as l on p.registry_code = l.registry_code and p.entry_id = l.entry_id
    where
        p.received_at <= :previous_as_of
        and (p.cancelled_at is null or p.cancelled_at > :previous_as_of)
        and not exists (select 1 from ambiguous as a where a.receipt_id = p.receipt_id)
),

placed as (
    select
        l.receipt_id,
        l.registry_code,
        l.entry_id,
        b.register,
        b.phase,
        b.opened_year,
        concat_ws('/', mirror.fold(b.book_no), mirror.fold(e.entry_no)) as entry_key,
        r.entry_id is not null as received_by_its_own
    from live as l
    inner join mirror.entry as e on l.registry_code = e.registry_code and l.entry_id = e.entry_id
    inner join mirror.book as b on e.registry_code = b.registry_code and e.book_id = b.book_id
    left join received_by_its_own as r on l.registry_code = r.registry_code and l.entry_id = r.entry_id
),

in_one_place as (
    select receipt_id
    from placed
    group by receipt_id
    having min(row(registry_code, register, phase)::text) = max(row(registry_code, register, phase)::text)
)

select
    p.registry_code,
    p.register,
    p.phase,
    p.opened_year,
    p.entry_key,
    least(
        count(distinct p.receipt_id),
        count(distinct p.entry_id) filter (where not p.received_by_its_own)
    )::integer as entries
from placed as p
inner join in_one_place as o on p.receipt_id = o.receipt_id
group by p.registry_code, p.register, p.phase, p.opened_year, p.entry_key
