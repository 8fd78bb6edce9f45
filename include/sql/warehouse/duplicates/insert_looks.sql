-- Records what someone found who looked at cases of a batch's sample, for ever. Grain: one row per case.
-- :batch_id; :registry_codes, :entry_ids, :verdicts, :notes: one element per case each; :by_whom; :looked_at.
insert into transfers.duplicate_look (batch_id, duplicate_id, verdict, note, by_whom, looked_at)
select
    :batch_id,
    d.duplicate_id,
    n.verdict,
    n.note,
    :by_whom,
    :looked_at
from
    unnest(
        cast(:registry_codes as text[]),
        cast(:entry_ids as bigint[]),
        cast(:verdicts as text[]),
        cast(:notes as text[])
    ) as n (registry_code, entry_id, verdict, note)
inner join transfers.duplicate as d on n.registry_code = d.registry_code and n.entry_id = d.entry_id
