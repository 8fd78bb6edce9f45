-- Makes the temporary table received_ambiguous: entries that count as received although nobody can say which they are,
-- at :as_of and (before) at :previous_as_of. Where all candidates of a live receipt lie in one registry, register and
-- phase, as many of the candidates not received by a receipt of their own count as there are such receipts.
-- Grain: one row per instant, registry, register, phase, opened year and folded entry key.
-- Needs pair, ambiguous and crowd. Rule: docs/figures.md, matching.
create temporary table received_ambiguous on commit drop as
with placed as (
    select
        i.before,
        p.receipt_id,
        p.registry_code,
        p.entry_id,
        b.register,
        b.phase,
        b.opened_year,
        concat_ws('/', mirror.fold(b.book_no), e.entry_key) as entry_key,
        case when i.before then c.live_before > 0 else c.live > 0 end as received_by_its_own
    from matching.ambiguous as a
    inner join matching.pair as p on a.receipt_id = p.receipt_id
    inner join matching.crowd as c on p.registry_code = c.registry_code and p.entry_id = c.entry_id
    inner join mirror.entry as e on p.registry_code = e.registry_code and p.entry_id = e.entry_id
    inner join mirror.book as b on e.registry_code = b.registry_code and e.book_id = b.book_id
    inner join
        (
            values
            (false, cast(:as_of as timestamptz)),
            (true, cast(:previous_as_of as timestamptz))
        ) as i (before, as_of)
        on matching.live(p.received_at, p.cancelled_at, i.as_of)
),

in_one_place as (
    select
        before,
        receipt_id
    from placed
    group by before, receipt_id
    having min(row(registry_code, register, phase)::text) = max(row(registry_code, register, phase)::text)
)

select
    p.before,
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
inner join in_one_place as o on p.before = o.before and p.receipt_id = o.receipt_id
group by p.before, p.registry_code, p.register, p.phase, p.opened_year, p.entry_key
