-- Returns a close as papers name it: its baseline, whether its final edition went out, and when the close that was
-- reported last before it had been closed (null: nothing was reported before).
-- Grain: one row; none for an unknown close. :close_key.
select
    c.close_key,
    c.day,
    c.kind,
    c.as_of,
    c.state,
    c.closed_at,
    c.run_id,
    c.held_why,
    c.ledger_reading_id is not null as ledger_read,
    c.baseline,
    b.title as baseline_title,
    b.source as baseline_source,
    b.dated as baseline_dated,
    b.printed_total,
    exists(
        select 1
        from mail.edition as e
        inner join mail.letter as m on e.message_key = m.message_key
        where e.close_key = c.close_key and e.edition = 'final' and m.reaches
    ) as final_published,
    (
        select p.closed_at
        from closing.close as p
        where p.close_key = (
            select max(m.close_key) from mail.letter as m
            where m.close_key < c.close_key and m.kind = 'daily' and m.state != 'dropped'
        )
    ) as reported_until
from closing.close as c
inner join plan.baseline as b on c.baseline = b.baseline
where c.close_key = :close_key
