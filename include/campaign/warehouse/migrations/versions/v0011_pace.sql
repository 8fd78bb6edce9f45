-- Pace: standings, forecasts, intervals and flags of every kind.

create schema pace;

-- The books that the baseline counts, and the cases that they hold by their closing totals, as they were when the close
-- was judged first. Books that were never closed are estimated.
create table pace.books (
    close_key text not null references closing.close,
    registry_code text not null,
    books integer not null,
    holdings integer,                       -- null: no book has a closing total
    primary key (close_key, registry_code)
);

-- What a close froze of a registry by register, year and class, added up once under a baseline: a later judging reads
-- all closes before it, and must not add them up again.
create table pace.tally (
    close_key text not null references closing.close,
    baseline text not null,
    registry_code text not null,
    collected integer,                      -- books
    classified integer,
    scanned integer,
    under_way integer,                      -- cases handed over that wait for others than the unit
    refused integer,                        -- cases that stand rejected for what the unit can correct
    answered integer,                       -- cases that the Ministry has answered
    open_defects integer,
    primary key (close_key, baseline, registry_code)
);

-- Of which closing of a close the tally is; closed again, it is added up anew.
create table pace.tallied (
    close_key text not null references closing.close,
    baseline text not null,
    closing_no smallint not null,           -- 0: no reading is noted for the close
    primary key (close_key, baseline)
);

-- Who was looked at when a close was judged.
create table pace.judged (
    close_key text not null references closing.close,
    registry_code text not null,
    known boolean not null,                 -- it had figures
    judged boolean not null,                -- and a quota
    apart boolean not null,                 -- none of its own: shown apart
    bottleneck text,                        -- stage that holds it up; null: none is behind
    primary key (close_key, registry_code)
);

-- A stage of a registry against its roadmap. Null: not known, or nothing to measure it against.
create table pace.standing (
    close_key text not null references closing.close,
    registry_code text not null,
    stage text not null,
    planned double precision,               -- books or cases that the roadmap asks for by as_of
    done double precision,
    planned_days double precision,
    earned_days double precision,           -- days of the roadmap that what is done amounts to
    primary key (close_key, registry_code, stage)
);

-- When a unit will be done. Infinity: beyond what is simulated. Null: not known.
create table pace.forecast (
    close_key text not null references closing.close,
    unit_code text not null,                -- a registry, a unit just below the province, or the province
    scope text not null check (scope in ('registry', 'area', 'province')),
    stage text not null check (stage in ('entered', 'received')),
    remaining double precision,             -- cases
    pace_per_day double precision,
    needed_per_day double precision,
    p50_days double precision,              -- from as_of until done, in half of the simulated courses
    p85_days double precision,
    chance double precision,                -- share of the courses that make the milestone
    days_used integer,
    shrunk boolean not null,
    naive_days double precision,            -- on a straight line from the start
    primary key (close_key, scope, unit_code, stage)
);

-- What was foretold of cases entered at a later close: four in five simulated courses lie between low and high.
create table pace.interval (
    close_key text not null references closing.close,   -- that foretold it
    for_key text not null,
    ahead smallint not null,                -- so many closes later
    unit_code text not null,
    scope text not null check (scope in ('registry', 'area', 'province')),
    low double precision not null,
    middle double precision not null,
    high double precision not null,
    naive double precision,
    primary key (close_key, for_key, scope, unit_code)
);
create index interval_by_target on pace.interval (for_key, unit_code);

-- How far forecasts of the campaign were right, as a close found it: intervals that were foretold for it or for an
-- earlier close, of registries that were still at work, by how many closes ahead (0: all of them).
create table pace.backtest (
    close_key text not null references closing.close,
    ahead smallint not null,
    intervals integer not null,
    held integer not null,                  -- what came lies between low and high
    error_middle double precision,          -- mean distance of what came, in cases, from the middle
    error_naive double precision,           -- and from the straight line
    primary key (close_key, ahead)
);

-- Chances of making a milestone, once it is known who made it: the mean squared distance (Brier 1950), and that of the
-- straight line's yes or no.
create table pace.chance_score (
    close_key text not null references closing.close,
    stage text not null,
    chances integer not null,
    brier double precision not null,
    brier_naive double precision,
    primary key (close_key, stage)
);

-- ------------------------------------------------------------------------------------------------ flags
-- Flags of every kind (docs/figures.md, "Pace"). The typed figures are those of 'behind'; what a rule looked at is in
-- `figures`, by name.
alter table ladder.flag
    add column owner text not null default 'unit',
    add column figures jsonb not null default '{}',
    alter column stage drop not null,
    alter column quota drop not null,
    alter column done drop not null,
    alter column due drop not null,
    alter column needed_per_day drop not null;
