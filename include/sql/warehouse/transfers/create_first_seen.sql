-- Makes the temporary table first_seen: when our readings first saw entries fail as they do now (the same state and
-- code of the same send), and whether they were corrected since. Only of those whose outcome asks for it: the ledger is
-- asked, or a unit has to correct. Grain: one row per entry. No parameters. Needs failing.
create temporary table first_seen on commit drop as
select
    f.registry_code,
    f.entry_id,
    r.read_at as seen_at,
    f.action = 'worklist' and transfers.corrected(e) as corrected
from failing as f
inner join mirror.entry as e on f.registry_code = e.registry_code and f.entry_id = e.entry_id
left join lateral (
    select p.*
    from mirror.entry_past as p
    where
        p.registry_code = e.registry_code
        and p.entry_id = e.entry_id
        and row(p.t_state, p.t_error_code, p.t_attempts, p.t_sent_at, p.t_requeue_key)
        is not distinct from row(e.t_state, e.t_error_code, e.t_attempts, e.t_sent_at, e.t_requeue_key)
    order by p.since
    limit 1
) as v on true
inner join pull.reading as r on r.reading_id = coalesce(v.since, e.since)
where f.action in ('ask_ledger', 'worklist')
