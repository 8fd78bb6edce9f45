-- Returns the sources that are silent: every attempt since their last good reading failed, the first of them at least
-- so long ago. An attempt that stepped aside or had no connection to try says nothing of the source.
-- Grain: one row per source. $1: sources to ask of; $2: moment of asking; $3: how long.
select f.source_code
from pull.reading as f
where
    f.source_code = any($1::text[])
    and f.read_at <= $2
    and f.outcome not in ('ok', 'partial', 'busy', 'not_configured')
    and not exists (
        select 1
        from pull.reading as g
        where
            g.source_code = f.source_code
            and g.outcome in ('ok', 'partial')
            and g.read_at >= f.read_at
            and g.read_at <= $2
    )
group by f.source_code
having min(f.read_at) <= $2 - $3::interval
