-- Sources: what an attempt came to, said once; acknowledged silences, alerts, preflight.

-- ------------------------------------------------------------------------------------------------ what an outcome means
-- The only place in the database that says which outcomes are readings and which are failures of the source: stepping
-- aside for ourselves, or having no connection to try, is neither. (include/campaign/pull/outcome.py: READ, FAILED.)
alter table pull.reading
add column was_read boolean not null generated always as (outcome in ('ok', 'partial')) stored,
add column has_failed boolean not null
generated always as (outcome not in ('ok', 'partial', 'busy', 'not_configured')) stored;

create index reading_good on pull.reading (source_code, read_at) where was_read;

-- ------------------------------------------------------------------------------------------------ sources
create schema sources;

-- What the data team said of a registry that cannot be read; rows are added, never changed: the newest one holds.
create table sources.act (
    act_id bigint generated always as identity primary key,
    registry_code text not null,
    act text not null check (act in ('acknowledged', 'withdrawn')),
    from_day date,                          -- first close that it is about
    until_day date,                         -- last close that it is about
    why text,
    by_whom text not null,
    acted_at timestamptz not null,
    check (act = 'withdrawn' or (from_day <= until_day and why is not null))
);
create index act_by_registry on sources.act (registry_code, act_id);

-- Acknowledgements that hold, at most one a registry.
create view sources.acknowledged as
select
    n.registry_code,
    n.from_day,
    n.until_day,
    n.why,
    n.by_whom,
    n.acted_at
from (
    select distinct on (a.registry_code) a.*
    from sources.act as a
    order by a.registry_code asc, a.act_id desc
) as n
where n.act = 'acknowledged';

-- The present health of every registry of the plan, and of the ledger ('ministry').
create view sources.health as
select
    g.source_code,
    tried.outcome,                          -- of the last attempt; null: never tried
    tried.read_at as tried_at,
    tried.took_ms,
    good.read_at as last_read_at,           -- null: never read
    good.entries,                           -- at the last good reading
    good.lacking,
    failed.since as silent_since,           -- first failure since the last good reading; null: not silent
    failed.outcome as silent_outcome,       -- of the last failure
    a.from_day as acknowledged_from,
    a.until_day as acknowledged_until,
    a.why as acknowledged_why
from (
    select registry_code as source_code
    from plan.registry
    union all
    select 'ministry'
) as g
left join lateral (
    select
        r.outcome,
        r.read_at,
        r.took_ms
    from pull.reading as r
    where r.source_code = g.source_code
    order by r.reading_id desc
    limit 1
) as tried on true
left join lateral (
    select
        r.reading_id,
        r.read_at,
        r.entries,
        r.lacking
    from pull.reading as r
    where r.source_code = g.source_code and r.was_read
    order by r.reading_id desc
    limit 1
) as good on true
left join lateral (
    select
        min(r.read_at) as since,
        (array_agg(r.outcome order by r.reading_id desc))[1] as outcome
    from pull.reading as r
    where r.source_code = g.source_code and r.has_failed and r.reading_id > coalesce(good.reading_id, 0)
) as failed on true
left join sources.acknowledged as a on g.source_code = a.registry_code;

-- What the data team was told: a source fell silent, a source is back. The newest row of a source is its state.
create table sources.alert (
    alert_id bigint generated always as identity primary key,
    source_code text not null,
    kind text not null check (kind in ('silent', 'back')),
    since timestamptz not null,             -- first failure of the silence; first reading after it
    outcome text not null,
    noticed_at timestamptz not null,
    message_key text,                       -- null: acknowledged at the time, nobody was told
    unique (source_code, kind, since)
);

-- One check of one source as one role, before the campaign or on demand.
create table sources.preflight (
    preflight_id bigint generated always as identity primary key,
    run_id text not null,
    checked_at timestamptz not null,        -- on the campaign's clock
    source_code text not null,              -- 'ministry' is the ledger
    role text not null check (role in ('reader', 'requeuer')),
    check_name text not null,
    verdict text not null check (verdict in ('ok', 'warn', 'fail', 'skipped')),
    found text not null,                    -- names and numbers; never a row or an error's text
    measured bigint,                        -- what was measured: seconds, bytes, cases
    unique (run_id, source_code, role, check_name)
);

-- ------------------------------------------------------------------------------------------------ closing
-- Health as it was frozen with the close (include/sql/warehouse/upsert_registry_closes.sql).
alter table closing.registry_close
add column attempts integer,                -- made for this close
add column took_ms integer,                 -- of the reading used, or of the last attempt
add column entries integer,                 -- of the reading used
add column last_read_at timestamptz,        -- last good reading for whatever purpose; null: never read
add column acknowledged_until date,         -- the data team knows, and says why; null: it does not
add column acknowledged_why text;
