-- Returns the ladder's verdict on a close. Grain: one row; none when the ladder has not judged it. :close_key.
select
    e.judged,
    e.flagged,
    e.newly,
    e.verdict
from ladder.evening as e
where e.close_key = :close_key
