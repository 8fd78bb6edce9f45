-- Breaks: differences with an identity across days (docs/figures.md, "Breaks").

-- Who is to clear a kind of break, and what is suggested to them.
create table plan.break_kind (
    kind text primary key,
    owner text not null check (owner in ('unit', 'district', 'department', 'ministry', 'data_team')),
    name_vi text not null,
    next_step_vi text not null
);

-- ------------------------------------------------------------------------------------------------ breaks
create schema breaks;

-- What it takes to see a break, mostly its kind: the name of a scan is a book's or an entry's, and a registry can lack
-- one of them.
create function breaks.aspect(kind text, subject text) returns text
language sql immutable parallel safe
return case when kind = 'scan_name' then kind || ' of ' || split_part(subject, ' ', 1) else kind end;

-- A part of the plan's pattern for names of scans with what a book puts in it, in NFC.
create function breaks.of_book(pattern text, register text, opened_year smallint, book_no text, unit text)
returns text
language sql immutable parallel safe
return normalize(
    replace(
        replace(replace(replace(pattern, '{register}', register), '{year}', opened_year::text), '{book}', book_no),
        '{unit}', unit
    ),
    nfc
);

-- One break for ever: a kind of difference of one subject. Registry '' holds receipts that no registry can be told of.
create table breaks.known (
    break_id bigint generated always as identity primary key,
    registry_code text not null,
    kind text not null,
    subject text not null,                  -- entry, book or receipt id; 'entry <id>', 'book <id>'; a file's name
    aspect text not null generated always as (breaks.aspect(kind, subject)) stored,
    state text not null check (state in ('open', 'cleared')),
    items integer not null,                 -- as last seen
    first_seen_key text not null,           -- closes and their moments of reading
    first_seen_at timestamptz not null,
    opened_key text not null,               -- of its newest spell: it may have been cleared before
    opened_on date not null,
    cleared_key text,                       -- close at which it was last found gone
    reopened integer not null default 0,
    waived_until date,                      -- last day of a waiver; the newest act says why
    -- As what it stands in the frozen counts: at counted_key, and at the close counted before that. Null: not at all.
    counted_key text,
    counted text check (counted in ('open', 'waived')),
    counted_before text check (counted_before in ('open', 'waived')),
    unique (registry_code, kind, subject)
);
create index known_open on breaks.known (registry_code, kind) where state = 'open';

-- From which close to before which close a break was seen with so many items.
create table breaks.spell (
    break_id bigint not null references breaks.known,
    from_key text not null,
    until_key text,                         -- null: it still stands so
    items integer not null,
    primary key (break_id, from_key)
);
create index spell_standing on breaks.spell (break_id) where until_key is null;

-- What the data team said of a break, for ever.
create table breaks.act (
    act_id bigint generated always as identity primary key,
    break_id bigint not null references breaks.known,
    act text not null check (act in ('comment', 'waive', 'unwaive')),
    until_day date,
    why text not null,
    by_whom text not null,
    acted_at timestamptz not null default now(),
    check ((act = 'waive') = (until_day is not null))
);
create index act_by_break on breaks.act (break_id);

-- What was last found in a book, so that only books that changed are looked into again, and in them only entries that
-- are newer than the reading. `digest` is the source's own of the book (pull.book_digest).
create table breaks.book_check (
    registry_code text not null,
    book_id integer not null,
    digest text,
    patterns text not null,                 -- digest of the plan's patterns
    reading_id bigint not null,
    page_head text not null,                -- what the plan puts before and after the number in names of its pages
    page_tail text not null,
    doubled integer not null,               -- entries less different numbers, whatever stands around these
    entries integer not null,
    repeated integer not null,              -- entries less different entry numbers
    missing integer not null,               -- numbers below the highest that no entry has
    unattached integer not null,            -- entries that are entered and have no scan
    latest timestamptz,                     -- latest timestamp of any entry
    primary key (registry_code, book_id)
);

-- Pages of entries whose name is not what the plan asks for.
create table breaks.page_check (
    registry_code text not null,
    book_id integer not null,
    entry_id bigint not null,
    page text not null,                     -- the name, in NFC
    kind text not null check (kind in ('scan_name', 'scan_of_another')),
    primary key (registry_code, entry_id)
);
create index page_check_by_book on breaks.page_check (registry_code, book_id);

-- Entries and receipts that carry one reference and different numbers.
create table breaks.key_check (
    registry_code text not null,
    book_id integer not null,
    entry_id bigint not null,
    receipt_id bigint not null,
    primary key (registry_code, entry_id, receipt_id)
);
create index key_check_by_book on breaks.key_check (registry_code, book_id);

create table breaks.range_check (
    range_no bigint primary key,
    digest text not null,
    reading_id bigint not null
);

-- ------------------------------------------------------------------------------------------------ closing
-- Closes whose breaks are counted. `in_order`: no later close was counted before it; else it repeats the close before.
create table closing.break_close (
    close_key text primary key references closing.close,
    previous_key text references closing.break_close,
    in_order boolean not null
);

-- What was looked at for a close, once: a registry's own records, or what the ledger says of it ('' : of no registry).
create table closing.break_look (
    close_key text not null references closing.break_close,
    registry_code text not null,
    part text not null check (part in ('own', 'ledger')),
    read_at timestamptz not null,
    aspects text[] not null,                -- kinds that could be seen; see breaks.known.aspect
    primary key (close_key, registry_code, part)
);
create index break_look_by_registry on closing.break_look (registry_code, close_key);

-- Breaks seen at each close: what a close counts as standing and has looked at.
create view closing.break_seen as
select
    l.close_key,
    k.registry_code,
    k.kind,
    k.subject,
    s.items,
    k.break_id
from closing.break_look as l
inner join breaks.known as k on l.registry_code = k.registry_code and k.aspect = any(l.aspects)
inner join breaks.spell as s
    on k.break_id = s.break_id and l.close_key >= s.from_key and (s.until_key is null or l.close_key < s.until_key);

-- Frozen counts. Per registry and kind, the open of the close before + new - cleared = open.
create table closing.break_count (
    close_key text not null references closing.break_close,
    registry_code text not null,
    kind text not null,
    age_band text not null,
    open integer not null,                  -- standing and not waived
    new integer not null,                   -- open now, and not at the close before
    cleared integer not null,               -- open at the close before, and not now
    waived integer not null,                -- standing and waived
    reopened integer not null,              -- of the new: had been cleared, or waived, before
    newly_waived integer not null,          -- of the cleared: still standing, waived since
    unseen integer not null,                -- of open and waived: could not be looked at for this close
    oldest_days integer,                    -- age of the oldest open one; the first day is 1
    primary key (close_key, registry_code, kind, age_band)
);

-- ------------------------------------------------------------------------------------------------ days stuck
-- Books and entries that wait at an instant for their next stage, and since when: a collected book for being classified,
-- a classified one for its scan; an entry that is entered for its scan, with a scan for its review, reviewed for its
-- receipt. `days`: begun ones counted. From the mirror and the pairs as they are now.
-- The pairs are made at the first closing, so the body is looked at when it runs.
set local check_function_bodies = off;
create function breaks.stuck(as_of timestamptz)
returns table (registry_code text, stage text, item_id bigint, since timestamptz, days integer)
language sql stable as $$
    select w.registry_code, w.stage, w.item_id, w.since, ceil(extract(epoch from as_of - w.since) / 86400.0)::integer
    from (
        select
            b.registry_code,
            case when b.classified_at <= as_of then 'scanned' else 'classified' end as stage,
            b.book_id::bigint as item_id,
            case when b.classified_at <= as_of then b.classified_at else b.collected_at end as since
        from mirror.book as b
        where b.collected_at <= as_of and coalesce(b.scanned_at > as_of, true)
        union all
        select
            e.registry_code,
            case
                when e.reviewed_at <= as_of then 'received' when e.scan_attached_at <= as_of then 'reviewed' else 'attached'
            end as stage,
            e.entry_id as item_id,
            case
                when e.reviewed_at <= as_of then e.reviewed_at
                when e.scan_attached_at <= as_of then e.scan_attached_at
                else e.entered_at
            end as since
        from mirror.entry as e
        where
            e.entered_at <= as_of
            and not exists (
                select 1
                from matching.pair as p
                where
                    p.registry_code = e.registry_code
                    and p.entry_id = e.entry_id
                    and matching.live(p.received_at, p.cancelled_at, as_of)
            )
    ) as w
$$;
