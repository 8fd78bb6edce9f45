-- Worklists of what a registry has to correct, redrives, and files that go with a mail.

-- ------------------------------------------------------------------------------------------------ worklist
create schema worklist;

-- An entry that the Ministry refused with a code that the registry can correct, that is not received, and that has not
-- changed since: on the list from the close that first saw it so to before the one that saw it otherwise. Nothing
-- personal: keys and codes.
create table worklist.item (
    registry_code text not null,
    entry_id bigint not null,
    error_code text not null,
    register text not null,
    opened_year smallint not null,
    book_no text not null,
    entry_no text not null,
    sends smallint not null,                -- so far, as the registry says
    since timestamptz not null,             -- moment of the reading that first saw it on the list with this code
    version bigint not null,                -- of the entry in the mirror: the same one need not be looked into again
    from_key text not null,
    until_key text,                         -- null: it still stands so
    primary key (registry_code, entry_id, from_key)
);
create index item_standing on worklist.item (registry_code, entry_id) where until_key is null;
create index item_ended on worklist.item (until_key) where until_key is not null;

-- ------------------------------------------------------------------------------------------------ closing
-- What worklists hold at a close. A registry that was not read keeps its list. In the number of entries,
-- yesterday's + new - done = today's. Closes without a row here had no lists.
create table closing.worklist_count (
    close_key text not null references closing.close,
    registry_code text not null,
    error_code text not null,
    entries integer not null,
    new integer not null,                   -- not on the list with this code at the close before
    done integer not null,                  -- on it then, and not now: corrected, sent again, received or gone
    oldest_since timestamptz,               -- null: none is left
    primary key (close_key, registry_code, error_code)
);

-- ------------------------------------------------------------------------------------------------ mail
-- Files that go with a message, in the order of `place`; written with it, never changed.
create table mail.attachment (
    message_key text not null references mail.message,
    place smallint not null,
    name text not null,
    media_type text not null,
    content bytea not null,
    about text not null,                    -- what it tells: 'worklist/<registry code>'
    primary key (message_key, place)
);
create index attachment_by_about on mail.attachment (about);

-- ------------------------------------------------------------------------------------------------ transfers
-- What stood after the last deciding of a day and its effects, which that day's papers tell.
create table transfers.standing (
    day_key text not null,                  -- close, as in transfers.decision
    registry_code text not null,
    kind text not null check (kind in ('held', 'poison', 'untold')),
    outcome text not null default '',       -- as the plan saw it; '': not known
    error_code text not null default '',    -- '': none
    entries integer not null,
    primary key (day_key, registry_code, kind, outcome, error_code)
);

-- When a redrive was asked for by the desk's own clock, and who stopped it.
alter table transfers.redrive
add column recorded_at timestamptz not null default now(),
add column stopped_by text,
add column stopped_why text,
add column stopped_at timestamptz,
add check ((state = 'stopped') = (stopped_by is not null));
