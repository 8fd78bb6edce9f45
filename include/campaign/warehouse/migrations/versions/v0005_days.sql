-- Days: what a closing rested on, figures of the close before as known since, withdrawals, and closes of the tail.

alter table closing.close drop constraint close_kind_check;
alter table closing.close add constraint close_kind_check check (kind in ('daily', 'final', 'tail'));

-- Who a close lacks, as held_why says why one is held: registry codes, and 'ministry' for the ledger.
alter table closing.close add column gap_sources text[] not null default '{}';

-- The mirror that a closing counted: the last reading of each source that it held then. A close that is closed again
-- on other readings has a further closing. `froze`: this closing froze the registry's state figures and classes.
create table closing.basis (
    close_key text not null references closing.close,
    closing_no smallint not null,           -- 1: as first closed
    source_code text not null,
    reading_id bigint not null,
    froze boolean not null,
    primary key (close_key, closing_no, source_code)
);

-- Progress at a close as the close after it found it, where that differs from what was frozen. A close that is closed
-- again has its progress replaced, and nothing here.
create table closing.restated_progress (
    close_key text not null references closing.close,
    baseline text not null,
    registry_code text not null,
    entered integer,
    attached integer,
    reviewed integer,
    received integer,
    seen_at text not null references closing.close,
    primary key (close_key, baseline, registry_code)
);

-- A flag that rested on a figure since restated: withdrawn from exactly the address that was told of it.
create table ladder.withdrawal (
    close_key text not null references closing.close,   -- close of the flag
    registry_code text not null,
    told_unit text not null,
    told_office text not null,
    told_address text not null,
    stage text not null,
    quota integer not null,
    due integer not null,
    done_then integer not null,
    done_now integer not null,
    why text not null check (why in ('late data', 'source changed')),
    found_key text not null references closing.close,   -- close that found it, whose letters tell it
    primary key (close_key, registry_code, told_address)
);
create index withdrawal_by_finding on ladder.withdrawal (found_key);
