-- Notes what this closing looked at; it is not looked at again for this close. Grain: one row per registry and part.
-- :close_key. Needs looked.
insert into closing.break_look (close_key, registry_code, part, read_at, aspects)
select
    :close_key,
    registry_code,
    part,
    read_at,
    aspects
from looked
