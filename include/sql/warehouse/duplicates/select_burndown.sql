-- Returns the burn-down of duplicates as it was frozen. Grain: one row per close, unit just below the province, and
-- phase. :close_key (null: every close); :registry_code: of this one alone (null: of all).
select
    c.close_key,
    g.area_code,
    u.full_name,
    c.phase,
    sum(c.known)::integer as known,
    sum(c.standing)::integer as standing,
    sum(c.remaining)::integer as remaining,
    sum(c.open)::integer as open,
    sum(c.proposed)::integer as proposed,
    sum(c.needs_paper)::integer as needs_paper,
    sum(c.technical)::integer as technical,
    sum(c.in_ledger)::integer as in_ledger,
    sum(c.same_record)::integer as same_record,
    sum(c.not_duplicate)::integer as not_duplicate,
    sum(c.decided_so_far)::integer as decided_so_far,
    sum(c.new)::integer as new,
    sum(c.decided)::integer as decided,
    sum(c.gone)::integer as gone,
    count(*) filter (where not c.looked)::integer as unlooked
from closing.duplicate_count as c
inner join plan.registry as g on c.registry_code = g.registry_code
inner join plan.unit as u on g.area_code = u.code
where
    (cast(:close_key as text) is null or c.close_key = :close_key)
    and (cast(:registry_code as text) is null or c.registry_code = :registry_code)
group by c.close_key, g.area_code, u.full_name, c.phase
order by c.close_key, g.area_code, c.phase
