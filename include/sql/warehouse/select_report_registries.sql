-- Returns what a close froze of each registry: progress under the baseline, state figures of the entries that the
-- baseline counts, the flag of the evening, and for a registry that was not read its last known figures.
-- Null is "no data". Grain: one row per registry, by code. :close_key; :baseline.
select
    g.registry_code,
    upper(left(u.kind, 1)) || substr(u.kind, 2) || ' ' || u.name as short_name,
    u.full_name,
    g.area_code,
    k.outcome,
    k.reading_id is not null as was_read,
    k.state_read_at,
    coalesce(k.received_from = 'last_mirror', false) as received_from_last_mirror,
    p.quota,
    p.entered,
    p.received,
    p.entered_in_day,
    p.received_in_day,
    s.queued,
    s.awaiting,
    s.rejected,
    s.failed,
    s.open_defects,
    f.stage as lag_stage,
    f.quota as lag_quota,
    f.done as lag_done,
    f.due as lag_due,
    f.needed_per_day,
    f.pace_per_day,
    f.streak,
    f.newly,
    (f.figures ->> 'days_behind')::double precision as lag_days_behind,
    case when k.reading_id is null then known.as_of end as known_as_of,
    case when k.reading_id is null then before.entered end as known_entered,
    case when k.reading_id is null then before.received end as known_received,
    case when k.reading_id is null then missed.day end as unread_since,
    k.lacking,
    k.attempts,
    k.took_ms,
    k.entries as entries_read,
    k.last_read_at,
    k.acknowledged_until,
    k.acknowledged_why
from closing.registry_close as k
inner join plan.registry as g on k.registry_code = g.registry_code
inner join plan.unit as u on g.registry_code = u.code
left join closing.progress as p
    on k.close_key = p.close_key and k.registry_code = p.registry_code and p.baseline = :baseline
left join ladder.flag as f
    on
        k.close_key = f.close_key
        and k.registry_code = f.registry_code
        and f.kind = 'behind'
        -- What waits at the Ministry is not the unit's delay.
        and f.owner != 'ministry'
left join closing.close as known on k.last_known_key = known.close_key
left join closing.progress as before
    on k.last_known_key = before.close_key and k.registry_code = before.registry_code and before.baseline = :baseline
left join lateral (
    select
        sum(x.queued)::integer as queued,
        sum(x.awaiting)::integer as awaiting,
        sum(x.rejected)::integer as rejected,
        sum(x.failed)::integer as failed,
        sum(x.open_defects)::integer as open_defects
    from closing.figure as x
    inner join plan.baseline as n on n.baseline = :baseline
    where
        x.close_key = k.close_key
        and x.registry_code = k.registry_code
        and (n.phase is null or x.phase = n.phase)
) as s on true
left join lateral (
    select min(c.day) as day
    from closing.registry_close as o
    inner join closing.close as c on o.close_key = c.close_key
    where
        o.registry_code = k.registry_code
        and o.close_key <= k.close_key
        and o.close_key > coalesce(k.last_known_key, '')
) as missed on true
where k.close_key = :close_key
order by g.registry_code
