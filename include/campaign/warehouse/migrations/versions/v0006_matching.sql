-- Matching: which receipt is of which entry, kept from one pairing to the next and made anew when a reading, or the plan,
-- has come since. Unlogged: after a crash the tables are empty, `matching.paired` too, and everything is paired anew.
create schema matching;

-- What the pairs were made of; no row: there are none.
create unlogged table matching.paired (
    only_row boolean primary key default true check (only_row),
    made_of text not null
);

-- The same as before, and several times as fast for what most numbers are: ASCII without blanks.
create or replace function mirror.fold(written text) returns text
language sql immutable parallel safe strict
return case
    when written !~ '[^!-~]' then lower(written collate "pg_c_utf8")
    else lower(btrim(regexp_replace(normalize(written, nfc) collate "pg_c_utf8", '\s+', ' ', 'g')))
end;

-- Whether a receipt counts at an instant.
create function matching.live(received_at timestamptz, cancelled_at timestamptz, as_of timestamptz) returns boolean
language sql immutable parallel safe
return coalesce(received_at <= as_of and (cancelled_at is null or cancelled_at > as_of), false);

-- Entries with a live receipt of their own, at the instant that matching.crowd was made for, and the earliest of these.
-- The tables are made anew at each pairing, so the body is looked at when it runs.
set local check_function_bodies = off;
create function matching.received(as_of timestamptz)
returns table (registry_code text, entry_id bigint, first_received_at timestamptz)
language sql stable parallel safe as $$
    select p.registry_code, p.entry_id, p.received_at
    from matching.pair as p
    where not p.crowded and matching.live(p.received_at, p.cancelled_at, as_of)
    union all
    select c.registry_code, c.entry_id, c.first_received_at
    from matching.crowd as c
    where c.live > 0
$$;

-- State and code of a transfer go together: without this the planner expects far more groups than there are.
create statistics mirror.entry_answer (ndistinct) on t_state, t_error_code from mirror.entry;
