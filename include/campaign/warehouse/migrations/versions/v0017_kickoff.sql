-- Who was told how the campaign works is what lies in the outbox. Here: how earlier mails stood when a close was made.
create schema operations;

-- When it was first made, and what was late by then. A close is looked back from once; what happens later stays out.
create table operations.evening (
    close_key text primary key references closing.close,
    looked_at timestamptz not null,         -- on the campaign's clock
    before_key text,                        -- the close before; null: none
    report_at timestamptz,                  -- when the Department's first message about it was accepted; null: none was
    unfinished text[] not null              -- earlier closes that are not closed: never opened, open or held
);

-- Deliveries of the close before and of its alarms, copies included; kind 'alarm' is all alarms together.
create table operations.delivery (
    close_key text not null references operations.evening,
    kind text not null check (kind in ('paper', 'alarm')),
    state text not null,
    deliveries integer not null,
    primary key (close_key, kind, state)
);

-- Those that somebody has to see to: of the close before, and of earlier ones what still waits or is held.
create table operations.undelivered (
    close_key text not null references operations.evening,
    place integer not null,
    message_key text,                       -- null: the paper could not be made
    of_key text not null,                   -- close that it is of
    office text not null,
    address text not null,
    state text not null,                    -- of the outbox, or 'unwritten'
    smtp_code integer,
    why text,                               -- of what is held or could not be made
    primary key (close_key, place)
);
