-- Returns the cases of a batch's sample. Grain: one row per case, by registry and entry. :batch_id.
select
    d.registry_code,
    d.entry_id
from transfers.duplicate_act as a
inner join transfers.duplicate as d on a.duplicate_id = d.duplicate_id
where a.batch_id = :batch_id and a.act = 'propose' and a.sample
order by d.registry_code, d.entry_id
