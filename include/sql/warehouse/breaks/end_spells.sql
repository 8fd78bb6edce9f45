-- Ends the spells of breaks that were cleared or count other items now. Grain: one row per spell. :close_key.
-- Needs found_break without what is unchanged.
update breaks.spell as s
set until_key = :close_key
from breaks.known as k
where
    s.until_key is null
    and s.break_id = k.break_id
    and (
        k.state = 'cleared'
        or exists (
            select 1
            from found_break as f
            where f.registry_code = k.registry_code and f.kind = k.kind and f.subject = k.subject
        )
    )
