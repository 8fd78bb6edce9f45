-- Returns receipts for which an entry counts as received although nobody can say which: where all candidates lie in one
-- registry, register and phase, as many as there are candidates without a receipt of their own. No one of them is the
-- proof of one entry; together they make up the number. Grain: one row per receipt that counts, by registry.
-- No parameters. Needs proof_live, proof_entry, proof_book.
with placed as (
    select
        l.receipt_id,
        l.registry_code,
        l.entry_id,
        b.register,
        b.phase,
        b.opened_year,
        concat_ws('/', mirror.fold(b.book_no), mirror.fold(e.entry_no)) as entry_key,
        exists(
            select 1
            from proof_live as o
            where
                o.registry_code = l.registry_code
                and o.entry_id = l.entry_id
                and not o.cancelled
                and not o.ambiguous
        ) as received_by_its_own
    from proof_live as l
    inner join proof_entry as e on l.registry_code = e.registry_code and l.entry_id = e.entry_id
    inner join proof_book as b on e.registry_code = b.registry_code and e.book_id = b.book_id
    where l.ambiguous and not l.cancelled
),

in_one_place as (
    select receipt_id
    from placed
    group by receipt_id
    having count(distinct concat_ws('/', registry_code, register, phase)) = 1
),

grouped as (
    select
        p.registry_code,
        p.register,
        p.phase,
        p.opened_year,
        p.entry_key,
        array_agg(distinct p.receipt_id) as receipts,
        count(distinct p.entry_id) filter (where not p.received_by_its_own) as free
    from placed as p
    inner join in_one_place as o on p.receipt_id = o.receipt_id
    group by p.registry_code, p.register, p.phase, p.opened_year, p.entry_key
)

select
    g.registry_code,
    g.register,
    g.phase,
    g.opened_year,
    'receipt ' || r.receipt_id || ' (ambiguous)' as item
from grouped as g
cross join unnest(g.receipts) with ordinality as r (receipt_id, place)
where r.place <= g.free
order by g.registry_code, g.register, g.phase, r.receipt_id
