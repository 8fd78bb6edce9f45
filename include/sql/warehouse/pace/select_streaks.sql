-- Returns for how many judged closes in a row each registry had been flagged when it was last looked at before a close:
-- with figures, or for being silent at all. What was taken back does not count.
-- Grain: one row per registry and kind that was flagged then. :close_key
with last as (
    select
        registry_code,
        max(close_key) as looked_key,
        max(close_key) filter (where known) as known_key
    from pace.judged
    where close_key < :close_key
    group by registry_code
)

select
    f.registry_code,
    f.kind,
    f.streak
from last as l
inner join ladder.flag as f
    on
        l.registry_code = f.registry_code
        and f.close_key = case when f.kind = 'silent' then l.looked_key else l.known_key end
where not exists (
    select 1
    from ladder.withdrawn as w
    where w.close_key = f.close_key and w.registry_code = f.registry_code and w.kind = f.kind
)
