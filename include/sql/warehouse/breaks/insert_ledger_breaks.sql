-- Adds to found_break the breaks that the ledger shows: receipts of entries nobody has, doubled or ambiguous ones, and
-- entries that are accepted and not received, cancelled, or received under another key.
-- Grain: one row per registry, kind and subject. :as_of. Needs looked, found_break, unjudged_receipt, pair, ambiguous,
-- crowd, stray, classed. Meanings: docs/figures.md, classes and breaks.
insert into found_break (registry_code, kind, subject, items)
-- The classes are counted already: only where some are E5 are the entries looked for.
with suspected as (
    select distinct
        registry_code,
        register,
        phase,
        opened_year
    from classed
    where class = 'E5'
),

accepted as (
    select
        e.registry_code,
        e.entry_id
    from suspected as s
    inner join mirror.book as b
        on
            s.registry_code = b.registry_code
            and s.register = b.register
            and s.phase = b.phase
            and s.opened_year = b.opened_year
    inner join mirror.entry as e on b.registry_code = e.registry_code and b.book_id = e.book_id
    where e.t_state = 'accepted'
),

lost as (
    select
        registry_code,
        entry_id,
        'cancelled' as kind
    from matching.pair
    where not crowded and received_at <= :as_of and cancelled_at <= :as_of
    union all
    select
        registry_code,
        entry_id,
        'cancelled' as kind
    from matching.crowd
    where cancelled > 0 and live = 0 and not candidate
    union all
    select
        a.registry_code,
        a.entry_id,
        'accepted_unreceived' as kind
    from accepted as a
    where
        (a.registry_code, a.entry_id) not in (
            select c.registry_code, c.entry_id
            from matching.crowd as c
            where c.live > 0 or c.cancelled > 0 or c.candidate
        )
        and not exists (
            select 1
            from matching.pair as p
            where
                p.registry_code = a.registry_code
                and p.entry_id = a.entry_id
                and not p.crowded
                and p.received_at <= :as_of
        )
),

repeated as (
    select
        p.receipt_id,
        p.registry_code,
        row_number() over (
            partition by p.registry_code, p.entry_id
            order by p.received_at, p.receipt_id
        ) as place
    from matching.pair as p
    where
        p.crowded
        and matching.live(p.received_at, p.cancelled_at, :as_of)
        and not exists (select 1 from matching.ambiguous as a where a.receipt_id = p.receipt_id)
),

under_another_key as (
    select distinct
        k.registry_code,
        k.entry_id
    from breaks.key_check as k
    inner join matching.pair as p
        on k.receipt_id = p.receipt_id and k.registry_code = p.registry_code and k.entry_id = p.entry_id
    where matching.live(p.received_at, p.cancelled_at, :as_of)
),

found as (
    select
        registry_code,
        'ledger_double' as kind,
        receipt_id as subject
    from repeated
    where place > 1
    union all
    select
        registry_code,
        case when ambiguous then 'ledger_ambiguous' else 'ledger_unknown' end as kind,
        receipt_id as subject
    from matching.stray
    where
        matching.live(received_at, cancelled_at, :as_of)
        and not (registry_code = '' and receipt_id in (select u.receipt_id from unjudged_receipt as u))
    union all
    select
        registry_code,
        kind,
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
