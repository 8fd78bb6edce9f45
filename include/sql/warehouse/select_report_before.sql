-- Returns the headline figures of the newest close before one that was carried through and not held, under the baseline
-- of the later one. behind: codes of registries flagged so, null where nobody was judged. unsent: rejected or failed
-- transfers of entries that the baseline counts. Sums are null where nothing is known; *_covered: registries in each.
-- Grain: one row; none before the second close. :close_key; :baseline.
with before as (
    select max(close_key) as close_key
    from closing.close
    where close_key < :close_key and state in ('closed', 'gaps')
),

reading as (
    select
        count(*)::integer as expected,
        count(r.reading_id)::integer as read
    from closing.registry_close as r
    inner join before as b on r.close_key = b.close_key
),

progress as (
    select
        sum(g.entered)::integer as entered,
        count(g.entered)::integer as entered_covered,
        sum(g.received)::integer as received,
        count(g.received)::integer as received_covered
    from closing.progress as g
    inner join before as b on g.close_key = b.close_key
    where g.baseline = :baseline
),

unsent_of as (
    select
        x.registry_code,
        sum(x.rejected + x.failed) as unsent
    from closing.figure as x
    inner join before as b on x.close_key = b.close_key
    inner join plan.baseline as n on n.baseline = :baseline
    where n.phase is null or x.phase = n.phase
    group by x.registry_code
),

unsent as (
    select
        sum(unsent)::integer as unsent,
        count(unsent)::integer as unsent_covered
    from unsent_of
),

behind as (
    select array_agg(l.registry_code order by l.registry_code) as codes
    from ladder.flag as l
    inner join before as b on l.close_key = b.close_key
    -- What waits at the Ministry is not the unit's delay.
    where l.kind = 'behind' and l.owner != 'ministry'
),

duplicates as (
    select sum(q.remaining)::integer as remaining
    from closing.duplicate_count as q
    inner join before as b on q.close_key = b.close_key
)

select
    c.close_key,
    c.day,
    c.kind,
    reading.expected,
    reading.read,
    progress.entered,
    progress.entered_covered,
    progress.received,
    progress.received_covered,
    case when e.verdict != 'too early' then coalesce(behind.codes, '{}') end as behind,
    unsent.unsent,
    unsent.unsent_covered,
    duplicates.remaining as duplicates
from before as b
inner join closing.close as c on b.close_key = c.close_key
left join ladder.evening as e on c.close_key = e.close_key
cross join reading
cross join progress
cross join unsent
cross join behind
cross join duplicates
