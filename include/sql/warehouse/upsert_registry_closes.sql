-- Notes for each registry of the plan what is known of it at a close: the newest good reading made for the close; else
-- the newest good one made after it (outcome late: it tells dated figures, not what the state was); else the outcome of
-- the last attempt. The moment of the first closing read stays once it is known.
-- With it the registry's health, and whether the data team has acknowledged its silence for that day.
-- Grain: one row per registry. :close_key; :as_of; :ledger_read.
insert into closing.registry_close (
    close_key, registry_code, outcome, reading_id, read_at, lacking, state_read_at, received_from, last_known_key,
    attempts, took_ms, entries, last_read_at, acknowledged_until, acknowledged_why
)
select
    :close_key,
    g.registry_code,
    case
        when good.close_key = :close_key then good.outcome
        when good.reading_id is not null then 'late'
        else coalesce(tried.outcome, 'not_read')
    end,
    good.reading_id,
    good.read_at,
    coalesce(good.lacking, '{}'),
    first_good.read_at,
    case
        when not :ledger_read then null
        when good.reading_id is not null then 'reading'
        when exists (select 1 from mirror.book as b where b.registry_code = g.registry_code) then 'last_mirror'
    end,
    (
        select max(p.close_key)
        from closing.registry_close as p
        where p.registry_code = g.registry_code and p.close_key < :close_key and p.reading_id is not null
    ),
    coalesce(tried.attempts, 0),
    coalesce(good.took_ms, tried.took_ms),
    good.entries,
    coalesce(good.read_at, seen.read_at),
    case when good.reading_id is null then a.until_day end,
    case when good.reading_id is null then a.why end
from plan.registry as g
left join lateral (
    select r.reading_id, r.outcome, r.read_at, r.lacking, r.close_key, r.took_ms, r.entries
    from pull.reading as r
    where
        r.source_code = g.registry_code
        and r.was_read
        and (r.close_key = :close_key or r.read_at >= :as_of)
    order by coalesce(r.close_key = :close_key, false) desc, r.reading_id desc
    limit 1
) as good on true
left join lateral (
    select r.read_at
    from pull.reading as r
    where r.close_key = :close_key and r.source_code = g.registry_code and r.was_read
    order by r.reading_id
    limit 1
) as first_good on true
left join lateral (
    select
        r.outcome,
        r.took_ms,
        count(*) over () as attempts
    from pull.reading as r
    where r.close_key = :close_key and r.source_code = g.registry_code
    order by r.reading_id desc
    limit 1
) as tried on true
left join lateral (
    select max(r.read_at) as read_at
    from pull.reading as r
    where r.source_code = g.registry_code and r.was_read
) as seen on true
left join sources.acknowledged as a
    on
        g.registry_code = a.registry_code
        and cast(left(:close_key, 10) as date) between a.from_day and a.until_day
on conflict (close_key, registry_code) do update set
    outcome = excluded.outcome,
    reading_id = excluded.reading_id,
    read_at = excluded.read_at,
    lacking = excluded.lacking,
    state_read_at = excluded.state_read_at,
    received_from = coalesce(excluded.received_from, registry_close.received_from),
    last_known_key = excluded.last_known_key,
    attempts = excluded.attempts,
    took_ms = excluded.took_ms,
    entries = excluded.entries,
    last_read_at = excluded.last_read_at,
    acknowledged_until = excluded.acknowledged_until,
    acknowledged_why = excluded.acknowledged_why
