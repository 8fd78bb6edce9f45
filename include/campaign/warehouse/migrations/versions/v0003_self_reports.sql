-- Self-reports: what registries say of themselves, and how it compares with what was measured.

-- A registry's report of a day, cumulative since the campaign's start. `difficulties` is free text about equipment and
-- organisation: it goes into no log and no error.
create table mirror.daily_report (
    registry_code text not null,
    report_date date not null,
    submitted_at timestamptz not null,      -- by the registry's clock
    books_scanned integer,
    entries_entered integer,
    entries_reviewed integer,
    entries_transferred integer,
    judicial_officers smallint,
    police smallint,
    youth_union smallint,
    it_teachers smallint,
    it_staff smallint,
    border_guards smallint,
    computers smallint,
    scanners smallint,
    internet_ok boolean,
    difficulties text,
    since bigint not null,                  -- reading that first saw this version
    primary key (registry_code, report_date)
);
create table mirror.daily_report_past (like mirror.daily_report, until bigint not null);
create index daily_report_past_by_key on mirror.daily_report_past (registry_code, report_date);

-- How a reported figure compares with the measured one: it fits within the share of the measured figure or so many
-- cases, whichever is more. `doubtful` cases may be there or not: a report that counts them says neither too much nor,
-- without them, too little. Null where a figure is not known.
create function closing.compare_figure(
    reported integer, measured integer, doubtful integer, share numeric, cases integer
) returns text
language sql immutable parallel safe strict
return case
    when reported - measured - doubtful > greatest(share * measured, cases) then 'over'
    when measured - reported > greatest(share * measured, cases) then 'under'
    else 'matches'
end;

-- What was found of each report at a close: state figures of the day's first closing read. A close judges its own day's
-- report and the one of the day before, which may have come late. No row: not due yet, the registry was not read, or it
-- has no table for reports.
create table closing.self_report (
    close_key text not null references closing.close,
    registry_code text not null,
    report_date date not null,
    verdict text check (verdict in ('missing', 'late', 'over', 'under', 'matches')), -- null: nothing to compare
    comparison text check (comparison in ('over', 'under', 'matches')), -- of its figures, late or not
    submitted_at timestamptz,               -- null: missing
    read_at timestamptz not null,           -- moment of the reading that it was found at
    reported_books_scanned integer,
    reported_entered integer,
    reported_reviewed integer,
    reported_transferred integer,
    measured_books_scanned integer,         -- as of submitted_at, since the campaign's start; null: not known
    measured_entered integer,
    measured_reviewed integer,
    measured_transferred integer,           -- entries with a receipt of their own;
    doubtful_transferred integer,           -- and so many more at most, by receipts that several entries could be of
    tolerance_share numeric not null,       -- the plan's when it was judged
    tolerance_cases integer not null,
    day_in_row integer not null,            -- days in a row that say more than was measured, this one included
    primary key (close_key, registry_code, report_date)
);
