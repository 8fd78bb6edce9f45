-- Cure: who was present, what would bring a unit back, who could help, and whether help helped.
create schema cure;

-- What a registry's report of a day says of people and equipment, as first known. Null: not told.
create table cure.present (
    close_key text not null references closing.close,   -- daily close of the report's day
    registry_code text not null,
    known_at text not null references closing.close,    -- close by which it was known: reports come late
    judicial_officers integer,
    police integer,
    youth_union integer,
    it_teachers integer,
    it_staff integer,
    border_guards integer,
    computers integer,
    scanners integer,
    internet_ok boolean,
    primary key (close_key, registry_code)
);
create index present_by_knowing on cure.present (known_at);

-- What a registry needs to make the next milestone of entering. No row: nothing to be judged, or nothing left to do.
create table cure.need (
    close_key text not null references closing.close,
    registry_code text not null,
    until timestamptz not null,             -- the milestone
    remaining double precision not null,    -- cases
    chance double precision not null,       -- of making it, as it is
    needed_per_day double precision not null,
    per_person_day double precision,        -- measured cases per person-day; null: nobody knows
    days_known integer not null,            -- days of its own that this rests on
    mixed boolean not null,                 -- too few: its area's were mixed in
    people integer,                         -- there, by the newest report; null: not reported lately
    computers integer,
    more_people integer,                    -- wanted for `days`; null: cannot be told
    days integer not null,
    more_computers integer,                 -- lacking if everyone, those who come included, is to have one
    computers_first boolean not null,       -- people are there who have none
    no_scanner boolean not null,
    offline boolean not null,
    primary key (close_key, registry_code)
);

-- People of one kind who could go from one registry to another: a proposal, never an order.
create table cure.proposal (
    close_key text not null references closing.close,
    place integer not null,                 -- order in which the help was found
    receiver text not null,
    giver text not null,
    kind text not null,
    people integer not null,
    days double precision not null,         -- days of work until the milestone
    neighbouring boolean not null,          -- from another unit just below the province
    chance_before double precision not null,    -- the receiver's, and
    chance_after double precision not null,     -- with all who could come
    giver_chance double precision not null,     -- what all that it gives leaves the giver
    primary key (close_key, receiver, giver, kind)
);

-- Forces promised and present on a day.
create table cure.force (
    close_key text not null references closing.close,
    place integer not null,
    partner text,                           -- null: there, and promised by nobody
    kind text not null,
    unit_code text not null,
    promised integer not null,
    promised_here double precision not null,    -- of these, in registries that have reported
    present double precision not null,
    missing integer not null,
    reported integer not null,              -- registries that have reported
    registries integer not null,            -- among which they are divided
    primary key (close_key, place)
);

-- A registry's pace before and after it was reinforced or escalated, measured at the close that ends the time after.
create table cure.effect (
    close_key text not null references closing.close,
    kind text not null check (kind in ('reinforced', 'escalated')),
    registry_code text not null,
    event_key text not null references closing.close,
    before_per_day double precision not null,
    after_per_day double precision not null,
    ratio double precision not null,
    alike_ratio double precision,           -- median of units in a like position to which nothing was done
    alike integer not null,                 -- how many these are
    primary key (close_key, kind, registry_code)
);
