-- Notes which cases stand no more, and why. Grain: one row per case that is gone since. :close_key; :as_of.
-- Needs refused_duplicate, pair and ambiguous.
with gone as materialized (
    select
        d.duplicate_id,
        d.registry_code,
        d.entry_id
    from transfers.duplicate as d
    where
        d.gone_key is null
        and not exists (
            select 1
            from refused_duplicate as r
            where r.registry_code = d.registry_code and r.entry_id = d.entry_id
        )
),

paired as (
    select
        g.duplicate_id,
        bool_or(a.receipt_id is null and matching.live(p.received_at, p.cancelled_at, :as_of)) as received,
        bool_or(a.receipt_id is not null and matching.live(p.received_at, p.cancelled_at, :as_of)) as candidate,
        bool_or(a.receipt_id is null and p.cancelled_at <= :as_of) as cancelled
    from gone as g
    inner join matching.pair as p on g.registry_code = p.registry_code and g.entry_id = p.entry_id
    left join matching.ambiguous as a on p.receipt_id = a.receipt_id
    where p.received_at <= :as_of
    group by g.duplicate_id
)

update transfers.duplicate as d
set
    gone_key = :close_key,
    gone_why = case
        when e.entry_id is null then 'deleted'
        when p.received then 'received'
        when p.candidate then 'ambiguous'
        when p.cancelled then 'cancelled'
        when e.t_state in ('queued', 'sent') then 'put_back'
        else 'otherwise'
    end
from gone as g
left join mirror.entry as e on g.registry_code = e.registry_code and g.entry_id = e.entry_id
left join paired as p on g.duplicate_id = p.duplicate_id
where d.duplicate_id = g.duplicate_id
