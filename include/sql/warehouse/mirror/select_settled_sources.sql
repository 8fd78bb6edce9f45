-- Returns the sources that another try of this attempt leaves alone, with what became of them: read, or failed in a way
-- that no try cures (a log-in that is refused again and again may be locked).
-- Grain: one row per source. $1: attempt key; $2: outcomes that another try may cure.
select
    tried.source_code,
    tried.outcome
from (
    select distinct on (r.source_code)
        r.source_code,
        r.outcome
    from pull.reading as r
    where r.attempt_key = $1
    order by r.source_code asc, r.reading_id desc
) as tried
where tried.outcome != all($2::text[])
