-- Makes the temporary table asked_act: what someone asks for, each with its place in what they gave.
-- Grain: one row per line. :lines, :registry_codes, :entry_ids, :acts, :outcomes (null: not said), :whys: one element
-- per line each.
create temporary table asked_act on commit drop as
select
    line,
    registry_code,
    entry_id,
    act,
    outcome,
    why
from unnest(
    cast(:lines as integer[]),
    cast(:registry_codes as text[]),
    cast(:entry_ids as bigint[]),
    cast(:acts as text[]),
    cast(:outcomes as text[]),
    cast(:whys as text[])
) as asked (line, registry_code, entry_id, act, outcome, why)
