-- Returns every place where the sums of a close do not close: entries in classes against entries in the mirror,
-- receipts in classes against receipts in the ledger, and entries in received classes against the figure received.
-- No rows: the day closes. Grain: one row per registry and sum. :as_of; :ledger_read.
-- Needs classed, computed and received_ambiguous.
with entries as (
    select
        registry_code,
        sum(items) as in_classes,
        coalesce(sum(items) filter (where class in ('E1', 'E2')), 0) as received
    from classed
    where side = 'entry'
    group by registry_code
),

held as (
    select
        registry_code,
        count(*) as entries
    from mirror.entry
    group by registry_code
),

uncertain as (
    select
        registry_code,
        sum(entries) as received
    from received_ambiguous
    where not before
    group by registry_code
),

figures as (
    select
        registry_code,
        sum(received) as received
    from computed
    group by registry_code
)

select
    h.registry_code,
    'entries' as what,
    h.entries as held,
    coalesce(e.in_classes, 0) as counted
from held as h
left join entries as e on h.registry_code = e.registry_code
where h.entries is distinct from coalesce(e.in_classes, 0)
union all
select
    e.registry_code,
    'received' as what,
    f.received as held,
    e.received + coalesce(u.received, 0) as counted
from entries as e
inner join figures as f on e.registry_code = f.registry_code
left join uncertain as u on e.registry_code = u.registry_code
where :ledger_read and f.received is distinct from e.received + coalesce(u.received, 0)
union all
select
    '' as registry_code,
    'receipts' as what,
    t.held,
    t.counted
from (
    select
        (select count(*) from mirror.receipt where received_at <= :as_of) as held,
        (select coalesce(sum(items), 0) from classed where side = 'receipt') as counted
) as t
where :ledger_read and t.held is distinct from t.counted
