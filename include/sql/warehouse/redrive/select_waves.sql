-- Returns the newest waves: what the receiving side showed, how many could go back, and how many did.
-- Grain: one row per wave. :at_most.
select
    w.as_of,
    w.breaker || case when w.breaker = 'opening' then ' ' || w.step else '' end as breaker,
    w.lately_accepted,
    w.answered,
    w.fell,
    w.cap,
    w.due,
    w.chosen,
    w.waiting,
    w.not_due,
    w.settled,
    w.held,
    w.poisoned,
    w.why
from transfers.wave as w
order by w.as_of desc, w.wave_id desc
limit :at_most
