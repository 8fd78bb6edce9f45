-- Returns the earlier closes with gaps that a later reading can fill, the oldest first. Grain: one row per close.
-- :close_key: only closes before it.
select c.close_key
from closing.close as c
where
    c.close_key < :close_key
    and c.closed_at is not null
    and c.state = 'gaps'
    and (
        (
            c.ledger_reading_id is null
            and exists (
                select 1
                from pull.reading as r
                where r.source_code = 'ministry' and r.was_read and r.read_at >= c.as_of
            )
        )
        or exists (
            select 1
            from closing.registry_close as k
            inner join pull.reading as r on k.registry_code = r.source_code
            where
                k.close_key = c.close_key
                and k.reading_id is null
                and r.was_read
                and r.read_at >= c.as_of
        )
    )
order by c.close_key
