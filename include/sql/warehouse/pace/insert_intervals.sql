-- Freezes what is foretold for a later close. Grain: one row per registry of which something can be foretold.
-- :close_key; :for_key: the later close; arrays of equal length: :codes; :low; :middle; :high; :naive.
insert into pace.interval (close_key, for_key, registry_code, low, middle, high, naive)
select
    :close_key,
    :for_key,
    i.code,
    i.low,
    i.middle,
    i.high,
    i.naive
from unnest(
    cast(:codes as text[]),
    cast(:low as double precision[]),
    cast(:middle as double precision[]),
    cast(:high as double precision[]),
    cast(:naive as double precision[])
) as i (code, low, middle, high, naive)
