-- Notes who was looked at when a close was judged. Grain: one row per registry.
-- :close_key; arrays of equal length: :codes; :known: had figures; :judged: and a quota; :apart: none of its own;
-- :bottlenecks: stages, null where none is behind.
insert into pace.judged (close_key, registry_code, known, judged, apart, bottleneck)
select
    :close_key,
    j.code,
    j.known,
    j.judged,
    j.apart,
    j.bottleneck
from unnest(
    cast(:codes as text[]),
    cast(:known as boolean[]),
    cast(:judged as boolean[]),
    cast(:apart as boolean[]),
    cast(:bottlenecks as text[])
) as j (code, known, judged, apart, bottleneck)
