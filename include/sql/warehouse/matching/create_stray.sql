-- Makes matching.stray: receipts that are no entry's own, since none or several could be theirs. Their registry is the
-- only one that their unit code can mean, '' where there are several or none. Grain: one row per receipt.
-- No parameters. Needs pair, ambiguous and unpaired.
create unlogged table matching.stray as
with placed as (
    select
        unit_code,
        case when count(*) = 1 then min(registry_code) else '' end as registry_code
    from matching.code_meaning
    group by unit_code
),

strays as (
    select
        receipt_id,
        true as ambiguous
    from matching.ambiguous
    union all
    select
        u.receipt_id,
        false as ambiguous
    from unpaired as u
    where not exists (select 1 from matching.pair as p where p.receipt_id = u.receipt_id)
)

select
    r.receipt_id,
    coalesce(g.registry_code, '') as registry_code,
    r.register,
    r.opened_year,
    r.received_at,
    r.cancelled_at,
    s.ambiguous
from strays as s
inner join mirror.receipt as r on s.receipt_id = r.receipt_id
left join placed as g on r.unit_code = g.unit_code
