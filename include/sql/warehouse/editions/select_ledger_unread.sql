-- Returns why the Ministry's ledger has no reading for a close, and what the newest earlier close with one knew.
-- Grain: one row. :close_key; :baseline. outcome: of the last attempt, null: there was none; as_of, received: null: no
-- earlier close knew it.
with tried as (
    select r.outcome
    from pull.reading as r
    where r.close_key = :close_key and r.source_code = 'ministry'
    order by r.reading_id desc
    limit 1
),

known as (
    select
        c.as_of,
        sum(p.received)::integer as received
    from closing.close as c
    inner join closing.progress as p on c.close_key = p.close_key and p.baseline = :baseline
    where
        c.close_key = (
            select max(o.close_key)
            from closing.close as o
            where o.close_key < :close_key and o.ledger_reading_id is not null
        )
    group by c.close_key, c.as_of
)

select
    t.outcome,
    k.as_of,
    k.received
from closing.close as c
left join tried as t on true
left join known as k on true
where c.close_key = :close_key
