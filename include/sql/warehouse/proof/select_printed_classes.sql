-- Returns how many items a close counted in a class. Grain: one row per registry, register and phase.
-- :close_key; :figure: a class or the beginning of classes ("E6").
select
    registry_code,
    register,
    phase,
    sum(items)::integer as first,
    sum(items)::integer as last
from closing.class_count
where close_key = :close_key and (class = :figure or class like :figure || '-%')
group by registry_code, register, phase
order by registry_code, register, phase
