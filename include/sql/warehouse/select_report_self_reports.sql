-- Returns what a close found of the registries' daily reports of themselves, the earlier day first.
-- Grain: one row per registry and report. measured_transferred: with what is doubtful, in the registry's favour;
-- over_figures: which figures are too high; named: the registry says too much for the second day in a row or more, and
-- no earlier close has said so of this report. :close_key.
select
    s.registry_code,
    u.full_name,
    s.report_date,
    s.verdict,
    s.comparison,
    s.reported_books_scanned,
    s.reported_entered,
    s.reported_reviewed,
    s.reported_transferred,
    s.measured_books_scanned,
    s.measured_entered,
    s.measured_reviewed,
    s.measured_transferred + s.doubtful_transferred as measured_transferred,
    s.tolerance_share,
    s.tolerance_cases,
    s.day_in_row,
    array(
        select v.figure
        from (
            values
            ('books_scanned', s.reported_books_scanned, s.measured_books_scanned, 0),
            ('entered', s.reported_entered, s.measured_entered, 0),
            ('reviewed', s.reported_reviewed, s.measured_reviewed, 0),
            ('transferred', s.reported_transferred, s.measured_transferred, s.doubtful_transferred)
        ) as v (figure, reported, measured, doubtful)
        where closing.compare_figure(v.reported, v.measured, v.doubtful, s.tolerance_share, s.tolerance_cases) = 'over'
    ) as over_figures,
    s.day_in_row >= 2
    and not exists (
        select 1
        from closing.self_report as p
        where
            p.registry_code = s.registry_code
            and p.report_date = s.report_date
            and p.close_key < s.close_key
            and p.day_in_row >= 2
    ) as named
from closing.self_report as s
inner join plan.unit as u on s.registry_code = u.code
where s.close_key = :close_key
order by s.report_date, s.registry_code
