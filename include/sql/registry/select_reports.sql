-- Returns all daily reports that the registry made of itself, with the granted columns, in one JSON array.
-- Grain: one row. No parameters. The session must pin TimeZone and DateStyle.
select coalesce(jsonb_agg(to_jsonb(r.*)), '[]')::text as reports
from (
    select
        d.report_date::date as report_date,
        d.submitted_at::timestamptz as submitted_at,
        d.books_scanned::integer as books_scanned,
        d.entries_entered::integer as entries_entered,
        d.entries_reviewed::integer as entries_reviewed,
        d.entries_transferred::integer as entries_transferred,
        d.judicial_officers::smallint as judicial_officers,
        d.police::smallint as police,
        d.youth_union::smallint as youth_union,
        d.it_teachers::smallint as it_teachers,
        d.it_staff::smallint as it_staff,
        d.border_guards::smallint as border_guards,
        d.computers::smallint as computers,
        d.scanners::smallint as scanners,
        d.internet_ok::boolean as internet_ok,
        d.difficulties::text as difficulties
    from sohoa.daily_report as d
    where d.report_date is not null and d.submitted_at is not null
) as r
