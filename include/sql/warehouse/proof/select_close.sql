-- Returns a close with the instant its day began at, and how many closings it had. Grain: at most one row.
-- :close_key; :starts_at: the campaign's start.
select
    c.close_key,
    c.kind,
    c.as_of,
    coalesce(c.previous_as_of, :starts_at) as after,
    c.state,
    c.closed_at,
    c.baseline,
    c.plan_digest,
    c.ledger_reading_id is not null as ledger_read,
    c.summary,
    n.phase,
    n.opened_year_max,
    n.entered_from,
    (select max(b.closing_no) from closing.basis as b where b.close_key = c.close_key) as closings
from closing.close as c
inner join plan.baseline as n on c.baseline = n.baseline
where c.close_key = :close_key and c.closed_at is not null
