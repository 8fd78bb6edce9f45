-- Adds the new versions of a registry's daily reports to mirror.daily_report.
-- $1: registry code; $2: all its reports as a JSON array; $3: this reading. Call after retire_reports.
insert into mirror.daily_report (
    registry_code, report_date, submitted_at, books_scanned, entries_entered, entries_reviewed, entries_transferred,
    judicial_officers, police, youth_union, it_teachers, it_staff, border_guards, computers, scanners, internet_ok,
    difficulties, since
)
select
    $1,
    i.report_date, i.submitted_at, i.books_scanned, i.entries_entered, i.entries_reviewed, i.entries_transferred,
    i.judicial_officers, i.police, i.youth_union, i.it_teachers, i.it_staff, i.border_guards, i.computers, i.scanners,
    i.internet_ok, i.difficulties,
    $3::bigint
from
    jsonb_to_recordset($2::jsonb) as i (
        report_date date, submitted_at timestamptz, books_scanned integer, entries_entered integer,
        entries_reviewed integer, entries_transferred integer, judicial_officers smallint, police smallint,
        youth_union smallint, it_teachers smallint, it_staff smallint, border_guards smallint, computers smallint,
        scanners smallint, internet_ok boolean, difficulties text
    )
on conflict (registry_code, report_date) do nothing
