-- Freezes what is found of registries' reports of themselves: whether they came, when, and how their figures compare
-- with those measured at that moment. What was found before for the close stays.
-- Grain: one row per registry that was read and has a table for reports, and report that is due.
-- :close_key; :days: days whose reports are due, and :late_after: the instants after which they are late (arrays of
-- equal length); :ledger_read: without it nobody knows what was transferred; :tolerance_share; :tolerance_cases.
-- Needs report_measure. Rule: docs/figures.md, self-reports.
insert into closing.self_report (
    close_key, registry_code, report_date, verdict, comparison, submitted_at, read_at, reported_books_scanned,
    reported_entered, reported_reviewed, reported_transferred, measured_books_scanned, measured_entered,
    measured_reviewed, measured_transferred, doubtful_transferred, tolerance_share, tolerance_cases, day_in_row
)
with due as (
    select
        d.report_date,
        d.late_after
    from unnest(cast(:days as date[]), cast(:late_after as timestamptz[])) as d (report_date, late_after)
),

found as (
    select
        k.registry_code,
        k.read_at,
        d.report_date,
        d.late_after,
        r.submitted_at,
        r.books_scanned,
        r.entries_entered,
        r.entries_reviewed,
        r.entries_transferred,
        case when 'book.scanned_at' != all(k.lacking) then m.books_scanned end as measured_books_scanned,
        case when 'entry.entered_at' != all(k.lacking) then m.entered end as measured_entered,
        case when 'entry.reviewed_at' != all(k.lacking) then m.reviewed end as measured_reviewed,
        case when :ledger_read then m.transferred end as measured_transferred,
        case when :ledger_read then m.doubtful end as doubtful_transferred
    from closing.registry_close as k
    cross join due as d
    left join mirror.daily_report as r on k.registry_code = r.registry_code and d.report_date = r.report_date
    left join report_measure as m on k.registry_code = m.registry_code and d.report_date = m.report_date
    where
        k.close_key = :close_key
        and k.reading_id is not null
        and not (k.lacking && array['daily_report', 'daily_report.report_date', 'daily_report.submitted_at'])
),

compared as (
    select
        f.*,
        case
            when 'over' = any(c.figures) then 'over'
            when 'under' = any(c.figures) then 'under'
            when 'matches' = any(c.figures) then 'matches'
        end as comparison
    from found as f
    cross join lateral (
        select
            array_agg(
                closing.compare_figure(
                    v.reported,
                    v.measured,
                    v.doubtful,
                    cast(:tolerance_share as numeric),
                    cast(:tolerance_cases as integer)
                )
            ) as figures
        from (
            values
            (f.books_scanned, f.measured_books_scanned, 0),
            (f.entries_entered, f.measured_entered, 0),
            (f.entries_reviewed, f.measured_reviewed, 0),
            (f.entries_transferred, f.measured_transferred, f.doubtful_transferred)
        ) as v (reported, measured, doubtful)
    ) as c
),

-- Of the day before the first one judged here, what an earlier close found last.
earlier as (
    select distinct on (s.registry_code)
        s.registry_code,
        s.day_in_row
    from closing.self_report as s
    where s.close_key < :close_key and s.report_date = (select min(d.report_date) from due as d) - 1
    order by s.registry_code asc, s.close_key desc
),

counted as (
    select
        c.*,
        -- Days judged here that lie between this report and the last before it that says no more than was measured.
        c.report_date - coalesce(
            max(c.report_date) filter (where c.comparison is distinct from 'over') over so_far,
            (select min(d.report_date) from due as d) - 1 - coalesce(e.day_in_row, 0)
        ) as day_in_row
    from compared as c
    left join earlier as e on c.registry_code = e.registry_code
    window so_far as (partition by c.registry_code order by c.report_date)
)

select
    :close_key,
    registry_code,
    report_date,
    case
        when submitted_at is null then 'missing'
        when submitted_at > late_after then 'late'
        else comparison
    end,
    comparison,
    submitted_at,
    read_at,
    books_scanned,
    entries_entered,
    entries_reviewed,
    entries_transferred,
    measured_books_scanned,
    measured_entered,
    measured_reviewed,
    measured_transferred,
    doubtful_transferred,
    cast(:tolerance_share as numeric),
    cast(:tolerance_cases as integer),
    day_in_row
from counted
on conflict (close_key, registry_code, report_date) do nothing
