-- Returns the redrives with what became of them so far, the newest first. Grain: one row per redrive. No parameters.
select
    r.redrive_id,
    r.state,
    r.asked_at,
    r.asked_by,
    r.why,
    r.outcome,
    r.error_code,
    r.area_code,
    r.registry_code,
    r.per_wave,
    r.entries,
    count(d.decision_id)::integer as taken,
    (count(*) filter (where d.state = 'requeued'))::integer as put_back,
    (count(*) filter (where d.state = 'decided'))::integer as untold,
    r.stopped_by,
    r.stopped_why
from transfers.redrive as r
left join transfers.decision as d on r.redrive_id = d.redrive_id
group by r.redrive_id
order by r.redrive_id desc
