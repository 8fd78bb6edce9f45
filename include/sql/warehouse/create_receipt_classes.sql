-- Makes the temporary table receipt_class: every receipt of the ledger up to :as_of in exactly one class.
-- Grain: one row per receipt. Its registry, register, year and phase are its entry's; without one, the only registry
-- that its unit code can mean ('' where there are several or none), and what the receipt says of itself (phase 0).
-- Needs pair, ambiguous, code_meaning. Meanings: docs/figures.md.
create temporary table receipt_class on commit drop as
with placed as (
    select
        unit_code,
        case when count(*) = 1 then min(registry_code) else '' end as registry_code
    from code_meaning
    group by unit_code
),

matched as (
    select
        p.receipt_id,
        p.registry_code,
        b.register,
        b.opened_year,
        b.phase,
        row_number() over (
            partition by p.registry_code, p.entry_id, (p.cancelled_at is null or p.cancelled_at > :as_of)
            order by p.received_at, p.receipt_id
        ) as place
    from pair as p
    inner join mirror.entry as e on p.registry_code = e.registry_code and p.entry_id = e.entry_id
    inner join mirror.book as b on e.registry_code = b.registry_code and e.book_id = b.book_id
    where
        p.received_at <= :as_of
        and not exists (select 1 from ambiguous as a where a.receipt_id = p.receipt_id)
)

select
    r.receipt_id,
    coalesce(m.registry_code, g.registry_code, '') as registry_code,
    coalesce(m.register, r.register) as register,
    coalesce(m.opened_year, r.opened_year) as opened_year,
    coalesce(m.phase, 0)::smallint as phase,
    case
        when r.cancelled_at <= :as_of then 'R5'
        when m.place = 1 then 'R1'
        when m.place > 1 then 'R2'
        when a.receipt_id is not null then 'R3'
        else 'R4'
    end as class
from mirror.receipt as r
left join matched as m on r.receipt_id = m.receipt_id
left join ambiguous as a on r.receipt_id = a.receipt_id
left join placed as g on r.unit_code = g.unit_code
where r.received_at <= :as_of
