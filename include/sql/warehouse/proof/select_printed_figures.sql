-- Returns a figure of a close as it stands and as it was first closed; null is "no data".
-- Grain: one row per registry, register and phase. :close_key; :figure: a column of closing.figure.
with earliest as (
    select distinct on (registry_code, register, phase)
        registry_code,
        register,
        phase,
        old
    from closing.restatement
    where close_key = :close_key and figure = :figure
    order by registry_code asc, register asc, phase asc, restatement_id asc
)

select
    f.registry_code,
    f.register,
    f.phase,
    cast(to_jsonb(f) ->> :figure as integer) as last,
    case when r.registry_code is not null then r.old else cast(to_jsonb(f) ->> :figure as integer) end as first
from closing.figure as f
left join earliest as r on f.registry_code = r.registry_code and f.register = r.register and f.phase = r.phase
where f.close_key = :close_key
order by f.registry_code, f.register, f.phase
