-- Returns what was seen when a close was first made. Grain: one row; none: nobody looked. :close_key
select
    e.looked_at,
    e.before_key,
    b.day as before_day,
    b.kind as before_kind,
    e.report_at,
    e.unfinished
from operations.evening as e
left join closing.close as b on e.before_key = b.close_key
where e.close_key = :close_key
