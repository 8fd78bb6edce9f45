-- Makes the temporary table report_measure: what was measured at the moment at which a registry handed in a report of
-- itself, since the campaign's start and without what was done before it. Grain: one row per registry and report.
-- :as_of; :starts_at; :day and :day_before: days whose reports are judged. Needs asked, pair, ambiguous, crowd and
-- withdrawn. What was transferred is taken from matching.received, which has each entry's earliest receipt by
-- :as_of; only entries with a withdrawn receipt, and receipts after :as_of (a report handed in after the cut-off), are
-- looked at one by one. doubtful: how many entries more at most are transferred, by receipts that several entries
-- could be of.
create temporary table report_measure on commit drop as
with books as (
    select
        b.registry_code,
        count(*) filter (where b.scanned_at <= a.day_at) as by_day,
        count(*) filter (where b.scanned_at <= a.before_at) as by_before
    from mirror.book as b
    inner join asked as a on b.registry_code = a.registry_code
    where b.scanned_at > :starts_at
    group by b.registry_code
),

entries as (
    select
        e.registry_code,
        count(*) filter (where e.entered_at > :starts_at and e.entered_at <= a.day_at) as entered_by_day,
        count(*) filter (where e.entered_at > :starts_at and e.entered_at <= a.before_at) as entered_by_before,
        count(*) filter (where e.reviewed_at > :starts_at and e.reviewed_at <= a.day_at) as reviewed_by_day,
        count(*) filter (where e.reviewed_at > :starts_at and e.reviewed_at <= a.before_at) as reviewed_by_before
    from mirror.entry as e
    inner join asked as a on e.registry_code = a.registry_code
    where e.entered_at > :starts_at or e.reviewed_at > :starts_at
    group by e.registry_code
),

-- When entries count from: all as of :as_of but those with a withdrawn receipt; these as they stood at the report's own
-- moment; and what came between :as_of and that moment (an entry whose receipts are not in a crowd has no other one).
first_received as (
    select
        r.registry_code,
        r.first_received_at as by_day,
        r.first_received_at as by_before
    from matching.received(:as_of) as r
    where
        r.first_received_at > :starts_at
        and not exists (
            select 1 from withdrawn as w
            where w.registry_code = r.registry_code and w.entry_id = r.entry_id
        )
    union all
    select
        p.registry_code,
        min(p.received_at) filter (where p.cancelled_at is null or p.cancelled_at > a.day_at),
        min(p.received_at) filter (where p.cancelled_at is null or p.cancelled_at > a.before_at)
    from matching.pair as p
    inner join withdrawn as w on p.registry_code = w.registry_code and p.entry_id = w.entry_id
    inner join asked as a on p.registry_code = a.registry_code
    where not exists (select 1 from matching.ambiguous as m where m.receipt_id = p.receipt_id)
    group by p.registry_code, p.entry_id
    union all
    select
        p.registry_code,
        min(p.received_at),
        min(p.received_at)
    from matching.pair as p
    where
        p.received_at > :as_of
        and p.received_at <= (select max(greatest(a.day_at, a.before_at)) from asked as a)
        and not exists (select 1 from matching.ambiguous as m where m.receipt_id = p.receipt_id)
        and not exists (
            select 1 from matching.crowd as c
            where c.registry_code = p.registry_code and c.entry_id = p.entry_id and c.live > 0
        )
        and not exists (
            select 1 from withdrawn as w
            where w.registry_code = p.registry_code and w.entry_id = p.entry_id
        )
    group by p.registry_code, p.entry_id
),

transferred as (
    select
        f.registry_code,
        count(*) filter (where f.by_day > :starts_at and f.by_day <= a.day_at) as by_day,
        count(*) filter (where f.by_before > :starts_at and f.by_before <= a.before_at) as by_before
    from first_received as f
    inner join asked as a on f.registry_code = a.registry_code
    group by f.registry_code
),

-- No more entries of a registry than there are ambiguous receipts that could be of them, and no more than candidates.
doubtful as (
    select
        p.registry_code,
        least(
            count(distinct p.receipt_id) filter (
                where p.received_at <= a.day_at and (p.cancelled_at is null or p.cancelled_at > a.day_at)
            ),
            count(distinct p.entry_id) filter (
                where p.received_at <= a.day_at and (p.cancelled_at is null or p.cancelled_at > a.day_at)
            )
        ) as by_day,
        least(
            count(distinct p.receipt_id) filter (
                where p.received_at <= a.before_at and (p.cancelled_at is null or p.cancelled_at > a.before_at)
            ),
            count(distinct p.entry_id) filter (
                where p.received_at <= a.before_at and (p.cancelled_at is null or p.cancelled_at > a.before_at)
            )
        ) as by_before
    from matching.ambiguous as m
    inner join matching.pair as p on m.receipt_id = p.receipt_id
    inner join asked as a on p.registry_code = a.registry_code
    where p.received_at > :starts_at
    group by p.registry_code
),

measured as (
    select
        cast(:day as date) as report_date,
        a.registry_code,
        a.day_at as submitted_at,
        b.by_day as books_scanned,
        e.entered_by_day as entered,
        e.reviewed_by_day as reviewed,
        t.by_day as transferred,
        d.by_day as doubtful
    from asked as a
    left join books as b on a.registry_code = b.registry_code
    left join entries as e on a.registry_code = e.registry_code
    left join transferred as t on a.registry_code = t.registry_code
    left join doubtful as d on a.registry_code = d.registry_code
    union all
    select
        cast(:day_before as date),
        a.registry_code,
        a.before_at,
        b.by_before,
        e.entered_by_before,
        e.reviewed_by_before,
        t.by_before,
        d.by_before
    from asked as a
    left join books as b on a.registry_code = b.registry_code
    left join entries as e on a.registry_code = e.registry_code
    left join transferred as t on a.registry_code = t.registry_code
    left join doubtful as d on a.registry_code = d.registry_code
)

select
    registry_code,
    report_date,
    coalesce(books_scanned, 0)::integer as books_scanned,
    coalesce(entered, 0)::integer as entered,
    coalesce(reviewed, 0)::integer as reviewed,
    coalesce(transferred, 0)::integer as transferred,
    coalesce(doubtful, 0)::integer as doubtful
from measured
where submitted_at is not null
