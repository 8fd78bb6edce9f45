-- Freezes progress against every baseline, each under its own predicate. The quota of the baseline 'counted' is the sum
-- of the closing totals of the books it counts, as read. Unknown figures stay null.
-- Grain: one row per baseline and registry. :close_key; :as_of; :previous_as_of; :starts_at; :ledger_read.
-- Needs counted, pair, crowd and received_ambiguous.
-- A baseline that counts by date of entry is counted from the entries themselves.
insert into closing.progress (
    close_key, baseline, registry_code, quota, origin, entered, attached, reviewed, received, entered_in_day,
    received_in_day
)
with by_book as (
    select
        n.baseline,
        c.registry_code,
        sum(c.entered) as entered,
        sum(c.attached) as attached,
        sum(c.reviewed) as reviewed,
        sum(c.received) as received,
        sum(c.entered_in_day) as entered_in_day,
        sum(c.received_in_day) as received_in_day
    from counted as c
    inner join plan.baseline as n
        on
            n.entered_from is null
            and (n.phase is null or c.phase = n.phase)
            and (n.opened_year_max is null or c.opened_year <= n.opened_year_max)
    group by n.baseline, c.registry_code
),

dated as (
    select
        n.baseline,
        e.registry_code,
        e.entered_at,
        e.scan_attached_at,
        e.reviewed_at,
        case
            when matching.live(p.received_at, p.cancelled_at, :as_of) then p.received_at
            else w.first_received_at
        end as received_at
    from plan.baseline as n
    inner join mirror.book as b
        on
            (n.phase is null or n.phase = b.phase)
            and (n.opened_year_max is null or n.opened_year_max >= b.opened_year)
    inner join mirror.entry as e
        on b.registry_code = e.registry_code and b.book_id = e.book_id and n.entered_from <= e.entered_at
    left join matching.pair as p
        on e.registry_code = p.registry_code and e.entry_id = p.entry_id and not p.crowded
    left join matching.crowd as w on e.registry_code = w.registry_code and e.entry_id = w.entry_id
    where n.entered_from is not null
),

by_date as (
    select
        baseline,
        registry_code,
        count(*) filter (where entered_at <= :as_of) as entered,
        count(*) filter (where scan_attached_at <= :as_of) as attached,
        count(*) filter (where reviewed_at <= :as_of) as reviewed,
        count(received_at) as received,
        count(*) filter (
            where entered_at <= :as_of and entered_at > coalesce(:previous_as_of, :starts_at)
        ) as entered_in_day,
        count(*) filter (where received_at > coalesce(:previous_as_of, :starts_at)) as received_in_day
    from dated
    group by baseline, registry_code
),

uncertain as (
    select
        n.baseline,
        a.registry_code,
        sum(a.entries) as received
    from received_ambiguous as a
    inner join plan.baseline as n
        on
            not a.before
            and n.entered_from is null
            and (n.phase is null or a.phase = n.phase)
            and (n.opened_year_max is null or a.opened_year <= n.opened_year_max)
    group by n.baseline, a.registry_code
),

done as (
    select * from by_book
    union all
    select * from by_date
),

counted_quota as (
    select
        n.baseline,
        b.registry_code,
        sum(b.closing_total) as cases
    from mirror.book as b
    inner join plan.baseline as n
        on
            n.baseline = 'counted'
            and (n.phase is null or b.phase = n.phase)
            and (n.opened_year_max is null or b.opened_year <= n.opened_year_max)
    group by n.baseline, b.registry_code
)

select
    :close_key,
    n.baseline,
    g.registry_code,
    coalesce(q.cases, t.cases)::integer,
    coalesce(q.origin, case when t.cases is not null then 'counted' end),
    case when k.reading_id is not null and 'entry.entered_at' != all(k.lacking) then coalesce(d.entered, 0) end,
    case when k.reading_id is not null and 'entry.scan_attached_at' != all(k.lacking) then coalesce(d.attached, 0) end,
    case when k.reading_id is not null and 'entry.reviewed_at' != all(k.lacking) then coalesce(d.reviewed, 0) end,
    case when k.received_from is not null and :ledger_read then coalesce(d.received, 0) + coalesce(u.received, 0) end,
    case when k.reading_id is not null and 'entry.entered_at' != all(k.lacking) then coalesce(d.entered_in_day, 0) end,
    case when k.received_from is not null and :ledger_read then coalesce(d.received_in_day, 0) end
from plan.baseline as n
cross join plan.registry as g
inner join closing.registry_close as k on g.registry_code = k.registry_code and k.close_key = :close_key
left join plan.quota as q on n.baseline = q.baseline and g.registry_code = q.unit_code and q.scope = 'registry'
left join counted_quota as t on n.baseline = t.baseline and g.registry_code = t.registry_code
left join done as d on n.baseline = d.baseline and g.registry_code = d.registry_code
left join uncertain as u on n.baseline = u.baseline and g.registry_code = u.registry_code
