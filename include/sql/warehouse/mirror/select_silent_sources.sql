-- Returns the sources that one try at a close is enough for: acknowledged dead for its day, or silent, which is that
-- every attempt since their last good reading failed, the first of them at least so long ago.
-- Grain: one row per source. $1: sources to ask of; $2: moment of asking; $3: how long; $4: close, or null for none.
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
