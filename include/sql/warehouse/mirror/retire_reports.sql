-- Moves a registry's daily reports that it shows otherwise, or no longer, from mirror.daily_report to
-- mirror.daily_report_past. $1: registry code; $2: all its reports as a JSON array; $3: this reading.
with incoming as (
    select i.*
    from
        jsonb_to_recordset($2::jsonb) as i (
            report_date date, submitted_at timestamptz, books_scanned integer, entries_entered integer,
            entries_reviewed integer, entries_transferred integer, judicial_officers smallint, police smallint,
            youth_union smallint, it_teachers smallint, it_staff smallint, border_guards smallint, computers smallint,
            scanners smallint, internet_ok boolean, difficulties text
        )
),

gone as (
    delete from mirror.daily_report as m
    where
        m.registry_code = $1
        and not exists (
            select 1
            from incoming as i
            where
                i.report_date = m.report_date
                and row(
                    i.submitted_at, i.books_scanned, i.entries_entered, i.entries_reviewed, i.entries_transferred,
                    i.judicial_officers, i.police, i.youth_union, i.it_teachers, i.it_staff, i.border_guards,
                    i.computers, i.scanners, i.internet_ok, i.difficulties
                ) is not distinct from row(
                    m.submitted_at, m.books_scanned, m.entries_entered, m.entries_reviewed, m.entries_transferred,
                    m.judicial_officers, m.police, m.youth_union, m.it_teachers, m.it_staff, m.border_guards,
                    m.computers, m.scanners, m.internet_ok, m.difficulties
                )
        )
    returning m.*
)

insert into mirror.daily_report_past
select
    gone.*,
    $3::bigint as until
from gone
