-- Makes the temporary table asked: registries read for a close that handed in a report of themselves, and when, for the
-- two days whose reports are judged. Grain: one row per registry. :close_key; :day; :day_before.
create temporary table asked on commit drop as
select
    k.registry_code,
    max(r.submitted_at) filter (where r.report_date = :day) as day_at,
    max(r.submitted_at) filter (where r.report_date = :day_before) as before_at
from closing.registry_close as k
inner join mirror.daily_report as r on k.registry_code = r.registry_code
where
    k.close_key = :close_key
    and k.reading_id is not null
    and r.report_date in (:day, :day_before)
group by k.registry_code
