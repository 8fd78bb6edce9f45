-- Returns everything that people said of a case, in order. Grain: one row per act or look at it in a sample.
-- :registry_code; :entry_id.
select
    a.acted_at,
    a.by_whom,
    a.act,
    a.outcome,
    a.why,
    a.batch_id,
    a.sample
from transfers.duplicate as d
inner join transfers.duplicate_act as a on d.duplicate_id = a.duplicate_id
where d.registry_code = :registry_code and d.entry_id = :entry_id
union all
select
    k.looked_at,
    k.by_whom,
    'look',
    k.verdict,
    coalesce(k.note, ''),
    k.batch_id,
    true
from transfers.duplicate as d
inner join transfers.duplicate_look as k on d.duplicate_id = k.duplicate_id
where d.registry_code = :registry_code and d.entry_id = :entry_id
order by acted_at
