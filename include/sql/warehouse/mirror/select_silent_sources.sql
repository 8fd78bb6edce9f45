-- Returns the sources that need no further try at a close: acknowledged dead for its day; silent, which is that every
-- attempt since their last good reading failed, the first of them at least so long ago; or hung at two tries of this
-- attempt, since each costs the evening its whole time-out.
-- Grain: one row per source. $1: sources to ask of; $2: moment of asking; $3: how long; $4: close, or null for none;
-- $5: attempt key.
select f.source_code
from pull.reading as f
where
    f.source_code = any($1::text[])
    and f.read_at <= $2
    and f.has_failed
    and not exists (
        select 1
        from pull.reading as g
        where g.source_code = f.source_code and g.was_read and g.read_at >= f.read_at and g.read_at <= $2
    )
group by f.source_code
having min(f.read_at) <= $2 - $3::interval
union
select a.registry_code
from sources.acknowledged as a
where a.registry_code = any($1::text[]) and left($4::text, 10)::date between a.from_day and a.until_day
union
select h.source_code
from pull.reading as h
where h.source_code = any($1::text[]) and h.attempt_key = $5 and h.outcome = 'hung'
group by h.source_code
having count(*) >= 2
