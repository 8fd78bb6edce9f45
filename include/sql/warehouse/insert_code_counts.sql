-- Freezes rejected and failed transfers by code, for registries whose state is frozen for the first time by this close:
-- those that have a good reading and no counts yet. Grain: one row per registry, register, phase, state and code.
-- :close_key; :registry_codes: registries whose state this call freezes.
insert into closing.code_count (close_key, registry_code, register, phase, state, error_code, entries)
select
    :close_key,
    e.registry_code,
    b.register,
    b.phase,
    e.t_state,
    coalesce(e.t_error_code, ''),
    count(*)
from mirror.entry as e
inner join mirror.book as b on e.registry_code = b.registry_code and e.book_id = b.book_id
where e.t_state in ('rejected', 'failed') and e.registry_code = any(:registry_codes)
group by e.registry_code, b.register, b.phase, e.t_state, coalesce(e.t_error_code, '')
