-- Returns flags of earlier closes whose registry did more by then than the judging saw, as is known since the close
-- before: restated by this close, or closed again since.
-- Grain: one row per flag, oldest first. :found_key: the close that looks; :kinds that climb.
with previous as (
    select
        c.close_key,
        c.opened_at
    from closing.close as c
    where c.close_key < :found_key
    order by c.close_key desc
    limit 1
)

select distinct
    f.close_key,
    f.registry_code,
    f.kind,
    f.stage
from previous as b
inner join closing.close as c on b.close_key = c.close_key or b.opened_at < c.closed_at
inner join ladder.flag as f on c.close_key = f.close_key and f.kind = any(:kinds)
inner join pace.standing as s
    on
        f.close_key = s.close_key
        and f.registry_code = s.registry_code
        and s.stage in ('entered', 'attached', 'reviewed', 'received')
inner join closing.progress as p
    on f.close_key = p.close_key and f.registry_code = p.registry_code and c.baseline = p.baseline
left join closing.restated_progress as r
    on f.close_key = r.close_key and f.registry_code = r.registry_code and c.baseline = r.baseline
where
    c.close_key < :found_key
    and case s.stage
        when 'entered' then coalesce(r.entered, p.entered)
        when 'attached' then coalesce(r.attached, p.attached)
        when 'reviewed' then coalesce(r.reviewed, p.reviewed)
        when 'received' then coalesce(r.received, p.received)
    end > s.done
    and not exists (
        select 1
        from ladder.withdrawn as w
        where w.close_key = f.close_key and w.registry_code = f.registry_code and w.kind = f.kind
    )
order by f.close_key, f.registry_code, f.kind
