-- Turns the verdict on entries that an open redrive is about into putting them back: what was held, or through with
-- its attempts, when it was asked for. An entry goes back once in each redrive, first in the first of several; each
-- redrive takes its oldest up to its rate. Grain: one row per entry. Needs verdict. No parameters.
with about as (
    select distinct on (v.registry_code, v.entry_id)
        v.registry_code,
        v.entry_id,
        v.failed_at,
        a.redrive_id,
        a.per_wave,
        a.asked_at
    from verdict as v
    inner join plan.registry as g on v.registry_code = g.registry_code
    inner join transfers.redrive as a
        on
            a.state = 'open'
            and v.outcome = coalesce(a.outcome, v.outcome)
            and coalesce(v.error_code, '') = coalesce(a.error_code, v.error_code, '')
            and g.area_code = coalesce(a.area_code, g.area_code)
            and v.registry_code = coalesce(a.registry_code, v.registry_code)
    inner join transfers.decision as d
        on v.registry_code = d.registry_code and v.entry_id = d.entry_id and v.done_key = d.requeue_key
    where
        v.action in ('hold', 'poison')
        and v.receipt_id is null
        and d.decided_at <= a.asked_at
        and not exists (
            select 1
            from transfers.decision as x
            where
                x.registry_code = v.registry_code
                and x.entry_id = v.entry_id
                and x.redrive_id = a.redrive_id
                and x.state != 'not_permitted'
        )
    order by v.registry_code, v.entry_id, a.redrive_id
),

ranked as (
    select
        *,
        row_number() over (partition by redrive_id order by failed_at, registry_code, entry_id) as place
    from about
)

update verdict as v
set
    action = 'put_back',
    rule = 'redrive',
    redrive_id = r.redrive_id,
    due_at = greatest(v.due_at, r.asked_at)
from ranked as r
where v.registry_code = r.registry_code and v.entry_id = r.entry_id and r.place <= r.per_wave
