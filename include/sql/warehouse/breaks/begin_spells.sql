-- Begins the spells of breaks that stand and have none. Grain: one row per break. :close_key
insert into breaks.spell (break_id, from_key, items)
select
    k.break_id,
    :close_key,
    k.items
from breaks.known as k
where
    k.state = 'open'
    and not exists (select 1 from breaks.spell as s where s.break_id = k.break_id and s.until_key is null)
