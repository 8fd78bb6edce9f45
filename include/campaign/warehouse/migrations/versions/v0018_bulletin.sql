-- Completion records, milestones, public bulletins.

-- ------------------------------------------------------------------------------------------------ completion
create schema completion;

-- Of each registry that a close knew: its books that the baseline in force counts, and how many of them balance.
create table completion.registry (
    close_key text not null references closing.close,
    registry_code text not null,
    books integer not null,
    balanced integer not null,
    primary key (close_key, registry_code)
);

-- A book that came into balance, or fell out of it again, by a close; it stays so until its next row. A close that is
-- closed again says anew what it found.
create table completion.book (
    close_key text not null references closing.close,
    registry_code text not null,
    book_id integer not null,
    balanced boolean not null,
    register text not null,
    opened_year smallint not null,
    book_no text not null,
    closing_total integer,                  -- null: the book has none any more, or is gone
    entered integer not null,
    attached integer not null,
    received integer not null,
    primary key (registry_code, book_id, close_key)
);
create index book_by_close on completion.book (close_key);

-- ------------------------------------------------------------------------------------------------ milestone
create schema milestone;

-- The first close at or after a milestone's instant: its papers tell who made it.
create table milestone.close (
    milestone_id text primary key,
    close_key text not null references closing.close,
    instant timestamptz not null,
    stage text not null
);

-- What was done as of the milestone's instant; as closing.figure, what is known stays until something newer is known.
create table milestone.standing (
    milestone_id text not null references milestone.close,
    registry_code text not null,
    quota integer,                          -- null: none given
    done integer,                           -- null: not read for the close, no data
    primary key (milestone_id, registry_code)
);

-- ------------------------------------------------------------------------------------------------ bulletin
create schema bulletin;

-- A drafted bulletin, its bytes as they go out. A correction is a further edition of the same close.
create table bulletin.edition (
    edition_id bigint generated always as identity primary key,
    close_key text not null references closing.close,
    edition_no smallint not null,
    drafted_at timestamptz not null,        -- on the campaign's clock
    run_id text not null,
    content_digest text not null,           -- of what it says, whatever edition says it
    unique (close_key, edition_no)
);

create table bulletin.file (
    edition_id bigint not null references bulletin.edition,
    name text not null,
    content bytea not null,
    primary key (edition_id, name)
);

-- What a named person decided of an edition, for ever.
create table bulletin.act (
    act_id bigint generated always as identity primary key,
    edition_id bigint not null references bulletin.edition,
    act text not null check (act in ('release', 'withdraw')),
    why text,
    by_whom text not null,
    acted_at timestamptz not null,
    unique (edition_id, act),
    check ((act = 'withdraw') = (why is not null))
);
