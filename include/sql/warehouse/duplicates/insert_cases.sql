-- Opens a case for each entry that is refused as a duplicate for the first time. Grain: one row per new case.
-- :close_key; :person_codes: codes that suspect a person. Needs refused_duplicate.
insert into transfers.duplicate (registry_code, entry_id, phase, error_code, sends, kind, first_seen_key)
select
    r.registry_code,
    r.entry_id,
    r.phase,
    r.error_code,
    r.sends,
    case when r.error_code = any(:person_codes) then 'person' else 'technical' end,
    :close_key
from refused_duplicate as r
where
    not exists (
        select 1
        from transfers.duplicate as d
        where d.registry_code = r.registry_code and d.entry_id = r.entry_id
    )
order by r.registry_code, r.entry_id
