-- Returns what does not go back by itself, and a person may send back: held with a code that is unknown or a refusal,
-- or through with its attempts (poison). Grain: one row per district, registry, kind, outcome and code.
-- :outcome; :error_code; :area_code; :registry_code (null: any); :kind ('held', 'poison'; null: both).
select
    g.area_code,
    s.registry_code,
    s.kind,
    s.outcome,
    coalesce(s.error_code, '') as error_code,
    count(*)::integer as entries,
    min(s.since) as since
from transfers.stopped as s
inner join plan.registry as g on s.registry_code = g.registry_code
where
    (cast(:outcome as text) is null or s.outcome = :outcome)
    and (cast(:error_code as text) is null or s.error_code = :error_code)
    and (cast(:area_code as text) is null or g.area_code = :area_code)
    and (cast(:registry_code as text) is null or s.registry_code = :registry_code)
    and (cast(:kind as text) is null or s.kind = :kind)
group by g.area_code, s.registry_code, s.kind, s.outcome, coalesce(s.error_code, '')
order by g.area_code, s.registry_code, s.kind, s.outcome, coalesce(s.error_code, '')
