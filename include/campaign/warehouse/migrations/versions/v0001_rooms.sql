-- First version of the campaign's own database. A schema per room of include/campaign.

-- ------------------------------------------------------------------------------------------------ plan
-- The plan as loaded from its files at the last opening of a day; replaced whole when its digest changes.
create schema plan;

create table plan.loaded (
    only_row boolean primary key default true check (only_row),
    digest text not null,
    loaded_at timestamptz not null default now()
);

create table plan.unit (
    code text primary key,
    name text not null,
    full_name text not null,                -- "Phường 1, thành phố Đông Hà"
    level text not null,
    kind text not null,
    parent_code text
);

-- A registry: a reporting leaf with a database of its own.
create table plan.registry (
    registry_code text primary key references plan.unit (code),
    shard_code text not null,
    shard_name text not null,
    area_code text not null                 -- the unit just below the province that this registry is counted in
);

-- Which registries a unit code can mean: its own, and those that took over a unit that no longer exists.
create table plan.code_meaning (
    unit_code text not null,
    registry_code text not null references plan.registry,
    primary key (unit_code, registry_code)
);

-- Whose a transfer error is; a code that is not here is unknown.
create table plan.error_code (
    code text primary key,
    kind text not null check (kind in ('remote', 'duplicate', 'correctable', 'other')),
    name_vi text not null
);

create table plan.baseline (
    baseline text primary key,
    title text not null,
    source text not null,
    dated date not null,
    phase smallint,                         -- the `counts` predicate: null means any
    opened_year_max smallint,
    entered_from timestamptz,
    printed_total integer
);

create table plan.quota (
    baseline text not null references plan.baseline,
    unit_code text not null references plan.unit (code),
    scope text not null check (scope in ('area', 'registry')),
    books integer,
    cases integer,
    origin text not null,
    primary key (baseline, unit_code, scope)
);

-- ------------------------------------------------------------------------------------------------ pull
create schema pull;

-- One attempt to read one source ('ministry' is the ledger).
create table pull.reading (
    reading_id bigint generated always as identity primary key,
    source_code text not null,
    attempt_key text not null,              -- run and clearing that made it: a retry skips what this key has read
    close_key text,                         -- null: read for no close (watching, re-queueing)
    began_at timestamptz not null default now(),
    took_ms integer,
    read_at timestamptz not null,           -- moment of reading on the campaign's clock
    outcome text not null check (
        outcome in (
            'ok', 'partial', 'empty', 'not_configured', 'unreachable', 'refused', 'hung', 'permission', 'schema', 'busy',
            'failed'
        )
    ),
    detail text,                            -- error class and SQLSTATE only: a message can quote a person
    books integer,
    entries integer,                        -- receipts, for the ledger
    changed_books integer,                  -- changed ranges, for the ledger
    changed_entries integer,
    lacking text[] not null default '{}'    -- "table.column" of the contract that the source lacks or refuses us
);
create index reading_by_close on pull.reading (close_key, source_code);
create index reading_by_source on pull.reading (source_code, reading_id);

-- The source's own digest of each book at the last good reading.
create table pull.book_digest (
    registry_code text not null,
    book_id integer not null,
    entries integer not null,
    digest text not null,
    primary key (registry_code, book_id)
);

create table pull.receipt_digest (
    range_no bigint primary key,
    receipts integer not null,
    digest text not null
);

-- ------------------------------------------------------------------------------------------------ mirror
-- Newest known version of every row; what it replaced lies in the *_past twin with the reading that ended it.
create schema mirror;

create table mirror.book (
    registry_code text not null,
    book_id integer not null,
    register text not null,
    opened_year smallint not null,
    closed_year smallint,
    book_no text not null,
    opened_by text not null,
    pages integer,
    closing_total integer,
    phase smallint not null,
    collected_at timestamptz,
    classified_at timestamptz,
    scanned_at timestamptz,
    scan_file text,
    since bigint not null,                  -- reading that first saw this version
    primary key (registry_code, book_id)
);
create table mirror.book_past (like mirror.book, until bigint not null);
create index book_past_by_key on mirror.book_past (registry_code, book_id);

-- An entry with the present state of its transfer (t_*; null: no transfer).
create table mirror.entry (
    registry_code text not null,
    entry_id bigint not null,
    book_id integer not null,
    entry_no text not null,
    entered_at timestamptz,
    scan_attached_at timestamptz,
    reviewed_at timestamptz,
    corrected_at timestamptz,
    page_file text,
    defects text[],                         -- null: the registry lacks the column
    changed_at timestamptz,
    t_state text,
    t_attempts smallint,
    t_queued_at timestamptz,
    t_sent_at timestamptz,
    t_answered_at timestamptz,
    t_error_code text,
    t_ministry_ref text,
    t_requeue_key text,
    since bigint not null,
    primary key (registry_code, entry_id)
);
create index entry_by_book on mirror.entry (registry_code, book_id);
create table mirror.entry_past (like mirror.entry, until bigint not null);
create index entry_past_by_key on mirror.entry_past (registry_code, entry_id);

create table mirror.receipt (
    receipt_id bigint primary key,
    ministry_ref text not null,
    unit_code text not null,
    register text not null,
    opened_year smallint not null,
    book_no text not null,
    entry_no text not null,
    sender_entry_id bigint,
    received_at timestamptz not null,
    cancelled_at timestamptz,
    since bigint not null
);
create table mirror.receipt_past (like mirror.receipt, until bigint not null);
create index receipt_past_by_key on mirror.receipt_past (receipt_id);

-- How two spellings of a number are compared: Unicode form, outer and inner blanks, case. Nothing is stripped.
-- The collation is named because the server's own may know letters beyond ASCII or not (pg_c_utf8: PostgreSQL 17).
create function mirror.fold(written text) returns text
language sql immutable parallel safe strict
return lower(btrim(regexp_replace(normalize(written, nfc) collate "pg_c_utf8", '\s+', ' ', 'g')));

-- ------------------------------------------------------------------------------------------------ closing
create schema closing;

create table closing.close (
    close_key text primary key,             -- '2025-03-05', '2025-03-20-final': sorts by time
    day date not null,
    kind text not null check (kind in ('daily', 'final')),
    as_of timestamptz not null,
    previous_as_of timestamptz,             -- as_of of the close before; null: the campaign's start
    state text not null default 'open' check (state in ('open', 'closed', 'gaps', 'held')),
    baseline text not null,                 -- in force on the day
    plan_digest text not null,
    opened_at timestamptz not null,
    closed_at timestamptz,                  -- on the campaign's clock
    run_id text not null,                   -- run that closed it last
    ledger_reading_id bigint,               -- null: the ledger was not read, received is unknown
    held_why text,
    summary jsonb                           -- the gate's summary of the run that closed it last
);

-- What is known of each registry at a close.
create table closing.registry_close (
    close_key text not null references closing.close,
    registry_code text not null,
    outcome text not null,                  -- of the reading used, or of the last attempt
    reading_id bigint,                      -- null: not read for this close, its figures are unknown
    read_at timestamptz,
    lacking text[] not null default '{}',   -- of the reading used: figures that rest on these have no data
    state_read_at timestamptz,              -- moment of the first closing read, which the state figures are of
    received_from text check (received_from in ('reading', 'last_mirror')),
    last_known_key text,                    -- newest earlier close with figures, when not read
    primary key (close_key, registry_code)
);

-- Frozen figures (docs/figures.md). Null is "no data", never zero.
create table closing.figure (
    close_key text not null references closing.close,
    registry_code text not null,
    register text not null,
    phase smallint not null,
    books_collected integer,
    books_classified integer,
    books_scanned integer,
    entered integer,
    attached integer,
    reviewed integer,
    corrected integer,
    received integer,
    entered_in_day integer,                 -- between the close before and this one
    received_in_day integer,
    queued integer,
    awaiting integer,
    rejected integer,
    failed integer,
    open_defects integer,
    primary key (close_key, registry_code, register, phase)
);

-- Rejected and failed by code: state figures of the day's first closing read.
create table closing.code_count (
    close_key text not null references closing.close,
    registry_code text not null,
    register text not null,
    phase smallint not null,
    state text not null,
    error_code text not null,
    entries integer not null,
    primary key (close_key, registry_code, register, phase, state, error_code)
);

-- Every entry and every receipt in exactly one class (docs/figures.md): state figures of the day's first closing read.
-- Registry '' holds receipts that no registry can be told of; phase 0 those whose book is not known.
create table closing.class_count (
    close_key text not null references closing.close,
    registry_code text not null,
    register text not null,
    opened_year smallint not null,
    phase smallint not null,
    side text not null check (side in ('entry', 'receipt')),
    class text not null,
    items integer not null,
    primary key (close_key, registry_code, register, opened_year, phase, side, class)
);

-- Progress against each baseline, under its predicate; quota null: no quota, so no percent, band, rank or flag.
create table closing.progress (
    close_key text not null references closing.close,
    baseline text not null,
    registry_code text not null,
    quota integer,
    origin text,
    entered integer,
    attached integer,
    reviewed integer,
    received integer,
    entered_in_day integer,
    received_in_day integer,
    primary key (close_key, baseline, registry_code)
);

-- A dated figure that a later close of the same day found different: shown, never silent.
create table closing.restatement (
    restatement_id bigint generated always as identity primary key,
    close_key text not null references closing.close,
    registry_code text not null,
    register text not null,
    phase smallint not null,
    figure text not null,
    old integer,
    new integer,
    why text not null check (why in ('late data', 'source changed')),
    restated_at timestamptz not null,
    run_id text not null
);

-- ------------------------------------------------------------------------------------------------ ladder
create schema ladder;

create table ladder.flag (
    close_key text not null references closing.close,
    registry_code text not null,
    kind text not null,                     -- 'behind'
    stage text not null,
    quota integer not null,
    done integer not null,
    due integer not null,                   -- what the roadmap asks for by as_of
    needed_per_day numeric not null,        -- cases a day to be back on the roadmap at its end
    pace_per_day numeric,                   -- measured over the last closed days; null: no history
    streak integer not null,                -- flagged closes in a row, this one included
    newly boolean not null,
    primary key (close_key, registry_code, kind)
);

-- One row a close: how many were flagged and whether the ladder stepped.
create table ladder.evening (
    close_key text primary key references closing.close,
    judged integer not null,                -- registries with a quota and figures
    flagged integer not null,
    newly integer not null,
    verdict text not null check (verdict in ('too early', 'common cause', 'stepped'))
);

create table ladder.step (
    close_key text not null references closing.close,
    registry_code text not null,
    level text not null,                    -- 'unit'
    told_unit text not null,                -- unit whose office is told (a vacancy falls to the district)
    told_office text not null,
    told_address text not null,
    primary key (close_key, registry_code, level)
);

-- ------------------------------------------------------------------------------------------------ transfers
create schema transfers;

-- A decision about one failed transfer, written before its effect.
create table transfers.decision (
    decision_id bigint generated always as identity primary key,
    day_key text not null,                  -- close the decision is made for; the requeue key begins with it
    registry_code text not null,
    entry_id bigint not null,
    rule text not null,
    requeue_key text not null,
    why text not null,
    decided_at timestamptz not null,        -- as_of of the run
    run_id text not null,
    state text not null default 'decided' check (
        state in ('decided', 'requeued', 'not_requeued', 'not_permitted', 'unreached')
    ),
    answered_state text,                    -- the transfer's state as the registry answered
    settled_at timestamptz,
    unique (registry_code, entry_id, requeue_key)
);
create index decision_by_day on transfers.decision (day_key, state);

-- ------------------------------------------------------------------------------------------------ mail
create schema mail;

-- The outbox: one message per address and close.
create table mail.message (
    message_key text primary key,           -- '<close key>/<address>'
    close_key text not null,
    kind text not null,                     -- 'daily', 'watchdog', ...
    address text not null,
    office text not null,
    message_id text not null,               -- RFC 5322 Message-ID, made from the key
    reply_to text,                          -- where answers go; null: to the sender
    subject text not null,
    html text not null,
    plain text not null,
    state text not null default 'queued' check (
        state in ('queued', 'sending', 'accepted', 'deferred', 'refused', 'uncertain')
    ),
    attempts integer not null default 0,
    queued_at timestamptz not null,
    settled_at timestamptz,
    smtp_code integer,
    detail text
);
create index message_by_state on mail.message (state);

-- Every change of a message's state, for ever.
create table mail.event (
    event_id bigint generated always as identity primary key,
    message_key text not null references mail.message,
    state text not null,
    happened_at timestamptz not null default now(),
    smtp_code integer,
    detail text
);
