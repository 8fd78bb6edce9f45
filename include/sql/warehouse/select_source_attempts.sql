-- Returns the last attempts to read one source, the newest first. Grain: one row per attempt. :source_code; :last.
select
    r.read_at,
    r.close_key,
    r.outcome,
    r.took_ms,
    r.entries,
    r.changed_entries,
    r.detail,
    r.lacking
from pull.reading as r
where r.source_code = :source_code
order by r.reading_id desc
limit :last
