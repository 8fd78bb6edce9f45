-- Returns every close that was opened, oldest first, with what the last run said of it and how its ledger reading went.
-- Grain: one row per close. No parameters.
select
    c.close_key,
    c.day,
    c.kind,
    c.as_of,
    c.state,
    c.summary ->> 'line' as line,
    c.summary ->> 'first_thing' as first_thing,
    case when c.ledger_reading_id is not null then 'ok' else coalesce(tried.outcome, 'not_read') end as ledger_outcome
from closing.close as c
left join lateral (
    select r.outcome
    from pull.reading as r
    where r.close_key = c.close_key and r.source_code = 'ministry'
    order by r.reading_id desc
    limit 1
) as tried on true
order by c.close_key
