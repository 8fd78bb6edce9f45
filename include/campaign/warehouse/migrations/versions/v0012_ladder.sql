-- Ladder: episodes, levels, acknowledgements, silences, difficulties.

-- ------------------------------------------------------------------------------------------------ difficulties
-- A difficulty that a registry reports, or the data team enters: open from the report that first told it until a person
-- closes it, or its reports tell it no more. What stands here of a text is redacted.
create table ladder.difficulty (
    difficulty_id bigint generated always as identity primary key,
    registry_code text not null,
    kind text not null,                     -- of the plan's difficulties.csv
    owner text not null check (owner in ('unit', 'district', 'department', 'line', 'partner')),
    said text,
    opened_on date not null,                -- day of the report that first told it
    opened_key text not null,               -- close that first saw it
    last_told_on date not null,
    confirmed boolean not null,             -- more than one day's remark: it can explain a flag
    due_day date not null,
    closed_on date,                         -- reports of days up to this one do not open it again
    closed_key text,                        -- close from which on it is closed
    closed_by text,                         -- null: its reports do not tell it any more
    closed_why text,
    entered_by_hand boolean not null default false,     -- by the data team: only a person closes it
    check ((closed_on is null) = (closed_key is null))
);
create unique index difficulty_open on ladder.difficulty (registry_code, kind) where closed_key is null;
create index difficulty_by_closing on ladder.difficulty (closed_key);

-- ------------------------------------------------------------------------------------------------ flags and levels
-- The open difficulty that explains a flag: its owner is then the flag's.
alter table ladder.flag add column explained_by bigint references ladder.difficulty;

-- level: unit, district, department, chair, or owner (of the difficulty that explains the flag).
alter table ladder.step
    add column episode_key text,            -- close at which the registry's episode began
    add column difficulty_id bigint references ladder.difficulty;

-- What an evening was for a registry that is flagged, or is flagged no more. Together they say why somebody was told,
-- and why nobody was.
create table ladder.climb (
    close_key text not null references closing.close,
    registry_code text not null,
    episode_key text not null,
    in_row integer not null,                -- closes in a row at which it was judged and flagged, this one included
    counted integer not null,               -- of these, evenings that count for the ladder
    outcome text not null check (
        outcome in (
            'too early', 'common cause', 'not theirs', 'acknowledged', 'silenced', 'explained', 'told', 'waits',
            'same day', 'ended'
        )
    ),
    primary key (close_key, registry_code)
);

-- Who is told that an episode is over: exactly those who were told of it, once.
create table ladder.episode_end (
    close_key text not null references closing.close,
    registry_code text not null,
    episode_key text not null,
    told_unit text not null,
    told_office text not null,
    told_address text not null,
    primary key (close_key, registry_code, told_address)
);

-- Flags that what is known now does not bear out, whether or not anybody was told of them: they count in no row. Who was
-- told, and is told so, is in ladder.withdrawal.
create table ladder.withdrawn (
    close_key text not null references closing.close,   -- close of the flag
    registry_code text not null,
    kind text not null,
    found_key text not null references closing.close,
    primary key (close_key, registry_code, kind)
);
insert into ladder.withdrawn (close_key, registry_code, kind, found_key)
select
    close_key,
    registry_code,
    'behind',
    min(found_key)
from ladder.withdrawal
group by close_key, registry_code;

-- ------------------------------------------------------------------------------------------------ holding
-- Somebody answers for a registry and is at work: the next level waits.
create table ladder.acknowledgement (
    acknowledgement_id bigint generated always as identity primary key,
    registry_code text not null,
    from_day date not null,
    until_day date not null,                -- last day, inclusive
    who text not null,                      -- office that says so
    by_whom text not null,                  -- who recorded it
    recorded_at timestamptz not null,
    check (from_day <= until_day)
);

-- Nobody is written to about a registry, or about any, for some days.
create table ladder.silence (
    silence_id bigint generated always as identity primary key,
    registry_code text,                     -- null: all
    from_day date not null,
    until_day date not null,
    why text not null,
    by_whom text not null,
    recorded_at timestamptz not null,
    lifted_at timestamptz,
    lifted_by text,
    check (from_day <= until_day)
);

-- ------------------------------------------------------------------------------------------------ quiet hours
alter table mail.message add column not_before timestamptz;    -- null: it may go at once
