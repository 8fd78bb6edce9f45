-- Freezes what is foretold for a later close. Grain: one row per unit of which something can be foretold.
-- :close_key; :for_key: the later close, :ahead so many closes later; arrays of equal length: :codes; :scopes; :low;
-- :middle; :high; :naive.
insert into pace.interval (close_key, for_key, ahead, unit_code, scope, low, middle, high, naive)
select
    :close_key,
    :for_key,
    :ahead,
    i.code,
    i.scope,
    i.low,
    i.middle,
    i.high,
    i.naive
from unnest(
    cast(:codes as text[]),
    cast(:scopes as text[]),
    cast(:low as double precision[]),
    cast(:middle as double precision[]),
    cast(:high as double precision[]),
    cast(:naive as double precision[])
) as i (code, scope, low, middle, high, naive)
