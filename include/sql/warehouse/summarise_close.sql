-- Returns a close in one row: what was read, the province's totals of what counts under the baseline in force (as in
-- every paper), flags and re-queued transfers.
-- Sums are null where nothing is known. Grain: one row. :close_key
select
    c.close_key,
    c.day,
    c.kind,
    c.state,
    c.ledger_reading_id is not null as ledger_read,
    n.expected,
    n.read,
    n.not_configured,
    f.entered,
    f.entered_in_day,
    f.received,
    f.received_in_day,
    -- As the reports count it: what waits at the Ministry is not the unit's delay.
    (
        select count(*)
        from ladder.flag as b
        where b.close_key = c.close_key and b.kind = 'behind' and b.owner != 'ministry'
    )::integer as behind,
    coalesce(v.flagged, 0) as flagged,
    coalesce(v.newly, 0) as newly,
    v.verdict,
    (
        select count(*)
        from transfers.decision as d
        where d.day_key = c.close_key and d.state = 'requeued'
    )::integer as requeued,
    (
        select count(*)
        from transfers.decision as d
        where d.day_key = c.close_key and d.state in ('decided', 'unreached', 'not_permitted')
    )::integer as not_requeued
from closing.close as c
cross join
    lateral (
        select
            count(*)::integer as expected,
            count(k.reading_id)::integer as read,
            count(*) filter (where k.outcome = 'not_configured')::integer as not_configured
        from closing.registry_close as k
        where k.close_key = c.close_key
    ) as n
cross join
    lateral (
        select
            sum(g.entered)::bigint as entered,
            sum(g.entered_in_day)::bigint as entered_in_day,
            sum(g.received)::bigint as received,
            sum(g.received_in_day)::bigint as received_in_day
        from closing.progress as g
        where g.close_key = c.close_key and g.baseline = c.baseline
    ) as f
left join ladder.evening as v on c.close_key = v.close_key
where c.close_key = :close_key
