-- Returns what the newest close before a close of the tail left to be done: entries neither received nor decided, and
-- registries that have entered less than their quota under the baseline in force. A duplicate that the Ministry refused
-- is decided: the record that it repeats stands; so is an entry accepted and not received, or cancelled (E5, E4), whose
-- break was waived. Grain: at most one row. :close_key: only closes before it.
select
    c.close_key,
    c.kind,
    c.state,
    c.ledger_reading_id is not null as ledger_read,
    (coalesce(e.undone, 0) - coalesce(w.waived, 0))::integer as undone,
    q.short
from closing.close as c
left join lateral (
    select sum(k.items) as undone
    from closing.class_count as k
    where
        k.close_key = c.close_key
        and k.side = 'entry'
        and k.class not in ('E1', 'E2', 'E6-duplicate')
) as e on true
left join lateral (
    select sum(b.waived) as waived
    from closing.break_count as b
    where b.close_key = c.close_key and b.kind in ('accepted_unreceived', 'cancelled')
) as w on true
inner join lateral (
    select count(*)::integer as short
    from closing.progress as p
    where
        p.close_key = c.close_key
        and p.baseline = c.baseline
        and p.quota is not null
        and coalesce(p.entered, 0) < p.quota
) as q on true
where c.closed_at is not null and c.close_key < :close_key
order by c.close_key desc
limit 1
