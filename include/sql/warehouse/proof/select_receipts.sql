-- Returns the receipts of a class. A receipt's place is its entry's; without one it is the only registry that its unit
-- code can mean ('' where there are several or none), with phase 0. Grain: one row per receipt, by registry.
-- :figure: R1 to R5; :as_of. Needs proof_code, proof_receipt, proof_book, proof_entry and proof_live. Meanings:
-- docs/figures.md.
with placed as (
    select
        unit_code,
        case when count(*) = 1 then min(registry_code) else '' end as registry_code
    from proof_code
    group by unit_code
),

own as (
    select
        l.receipt_id,
        b.registry_code,
        b.register,
        b.phase,
        b.opened_year,
        rank() over (
            partition by l.registry_code, l.entry_id, l.cancelled
            order by l.received_at, l.receipt_id
        ) as place
    from proof_live as l
    inner join proof_entry as e on l.registry_code = e.registry_code and l.entry_id = e.entry_id
    inner join proof_book as b on e.registry_code = b.registry_code and e.book_id = b.book_id
    where not l.ambiguous
),

classed as (
    select
        r.receipt_id,
        coalesce(o.registry_code, g.registry_code, '') as registry_code,
        coalesce(o.register, r.register) as register,
        coalesce(o.phase, 0) as phase,
        coalesce(o.opened_year, r.opened_year) as opened_year,
        case
            when r.cancelled_at <= :as_of then 'R5'
            when o.place = 1 then 'R1'
            when o.place > 1 then 'R2'
            when exists (select 1 from proof_live as l where l.receipt_id = r.receipt_id) then 'R3'
            else 'R4'
        end as class
    from proof_receipt as r
    left join own as o on r.receipt_id = o.receipt_id
    left join placed as g on r.unit_code = g.unit_code
    where r.received_at <= :as_of
)

select
    registry_code,
    register,
    phase,
    opened_year,
    'receipt ' || receipt_id as item
from classed
where class = :figure
order by registry_code, register, phase, receipt_id
