-- Writes what the wave came to. Grain: one row. :wave_id; :as_of; :carried; :chosen. Needs verdict.
update transfers.wave
set
    carried = :carried,
    chosen = :chosen,
    due = n.due,
    waiting = n.due - :chosen,
    not_due = n.not_due
from (
    select
        count(*) filter (where coalesce(due_at <= :as_of, true)) as due,
        count(*) filter (where due_at > :as_of) as not_due
    from verdict
    where action = 'put_back'
) as n
where wave_id = :wave_id
