-- Makes the temporary table classed: how many entries, and how many receipts of the ledger up to :as_of, are in which
-- class. Grain: one row per registry, register, opened year, phase, side and class that has any. A receipt lies where
-- its entry does; one without an entry where matching.stray places it, in phase 0. Needs books, answered and stray.
-- Meanings, and the order of the classes: docs/figures.md.
create temporary table classed on commit drop as
-- What is neither received nor could be nor was: by the state of its transfer. Books of one kind are added up before
-- their classes are taken apart, nine for each.
with told as (
    select
        b.registry_code,
        b.register,
        b.opened_year,
        b.phase,
        a.t_state,
        sum(a.received) as received,
        sum(a.candidates) as candidates,
        sum(a.cancelled) as cancelled,
        sum(a.entered_only) as entered_only,
        sum(a.receipts_repeated) as receipts_repeated,
        sum(a.receipts_cancelled) as receipts_cancelled,
        sum(a.entries - a.received - a.candidates - a.cancelled) as others,
        case a.t_state
            when 'accepted' then 'E5'
            when 'rejected' then 'E6-' || case when k.kind = 'remote' then 'other' else coalesce(k.kind, 'unknown') end
            when 'failed'
                then
                    case
                        when k.kind is null then 'E7-unknown' when k.kind = 'remote' then 'E7-remote' else 'E7-other'
                    end
            when 'sent' then 'E8'
            when 'queued' then 'E9'
        end as transfer_class
    from answered as a
    inner join matching.book as b on a.place = b.place
    left join plan.error_code as k on a.t_error_code = k.code
    where a.as_of = :as_of
    group by b.registry_code, b.register, b.opened_year, b.phase, a.t_state, transfer_class
),

items as (
    select
        t.registry_code,
        t.register,
        t.opened_year,
        t.phase,
        c.side,
        c.class,
        c.items
    from told as t
    cross join lateral (
        values
        ('entry', case when t.t_state = 'accepted' then 'E1' else 'E2' end, t.received),
        ('entry', 'E3', t.candidates),
        ('entry', 'E4', t.cancelled),
        ('entry', t.transfer_class, case when t.transfer_class is not null then t.others end),
        ('entry', 'E10', case when t.transfer_class is null then t.entered_only end),
        ('entry', 'E11', case when t.transfer_class is null then t.others - t.entered_only end),
        ('receipt', 'R1', t.received),
        ('receipt', 'R2', t.receipts_repeated),
        ('receipt', 'R5', t.receipts_cancelled)
    ) as c (side, class, items)
)

select
    registry_code,
    register,
    opened_year,
    phase,
    side,
    class,
    sum(items) as items
from items
where items > 0
group by registry_code, register, opened_year, phase, side, class
union all
select
    registry_code,
    register,
    opened_year,
    0 as phase,
    'receipt' as side,
    case when cancelled_at <= :as_of then 'R5' when ambiguous then 'R3' else 'R4' end as class,
    count(*) as items
from matching.stray
where received_at <= :as_of
group by registry_code, register, opened_year, class
