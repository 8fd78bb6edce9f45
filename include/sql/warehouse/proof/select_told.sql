-- Returns who was told of a registry in letters of a close: of its flag, that a flag is withdrawn, or that
-- it is over.
-- Grain: one row per address. :close_key; :registry_code.
select
    told_address,
    'behind' as of_what
from ladder.step
where close_key = :close_key and registry_code = :registry_code
union
select
    told_address,
    'withdrawn' as of_what
from ladder.withdrawal
where found_key = :close_key and registry_code = :registry_code
union
select
    told_address,
    'over' as of_what
from ladder.episode_end
where close_key = :close_key and registry_code = :registry_code
