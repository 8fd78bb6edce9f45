-- Adds to found_break the breaks that the ledger shows: receipts of entries nobody has, doubled or ambiguous ones, and
-- entries that are accepted and not received, cancelled, or received under another key.
-- Grain: one row per registry, kind and subject. :as_of. Needs looked, found_break, unjudged_receipt, pair, ambiguous,
-- received, receipt_class. Meanings: docs/figures.md, classes and breaks.
insert into found_break (registry_code, kind, subject, items)
with candidate as (
    select distinct
        p.registry_code,
        p.entry_id
    from pair as p
    inner join ambiguous as a on p.receipt_id = a.receipt_id
    where p.received_at <= :as_of and (p.cancelled_at is null or p.cancelled_at > :as_of)
),

withdrawn as (
    select distinct
        p.registry_code,
        p.entry_id
    from pair as p
    where
        p.cancelled_at <= :as_of
        and p.received_at <= :as_of
        and not exists (select 1 from ambiguous as a where a.receipt_id = p.receipt_id)
),

-- Entries of class E4 and E5.
lost as (
    select
        e.registry_code,
        e.entry_id,
        w.entry_id is not null as cancelled
    from mirror.entry as e
    left join withdrawn as w on e.registry_code = w.registry_code and e.entry_id = w.entry_id
    where
        (e.t_state = 'accepted' or w.entry_id is not null)
        and not exists (select 1 from received as r where r.registry_code = e.registry_code and r.entry_id = e.entry_id)
        and not exists (
            select 1
            from candidate as c
            where c.registry_code = e.registry_code and c.entry_id = e.entry_id
        )
),

under_another_key as (
    select distinct
        k.registry_code,
        k.entry_id
    from breaks.key_check as k
    inner join pair as p
        on k.receipt_id = p.receipt_id and k.registry_code = p.registry_code and k.entry_id = p.entry_id
    where p.received_at <= :as_of and (p.cancelled_at is null or p.cancelled_at > :as_of)
),

found as (
    select
        registry_code,
        case class when 'R2' then 'ledger_double' when 'R3' then 'ledger_ambiguous' else 'ledger_unknown' end as kind,
        receipt_id as subject
    from receipt_class
    where
        class in ('R2', 'R3', 'R4')
        and not (registry_code = '' and receipt_id in (select u.receipt_id from unjudged_receipt as u))
    union all
    select
        registry_code,
        case when cancelled then 'cancelled' else 'accepted_unreceived' end as kind,
        entry_id as subject
    from lost
    union all
    select
        registry_code,
        'ref_key_differs' as kind,
        entry_id as subject
    from under_another_key
)

select
    f.registry_code,
    f.kind,
    f.subject::text,
    1
from found as f
inner join looked as l on f.registry_code = l.registry_code and f.kind = any(l.aspects)
