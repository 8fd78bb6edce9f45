-- Returns what the data team said of the breaks of an entry. Grain: one row per act. :registry_code; :entry.
select
    k.kind,
    a.act,
    a.until_day,
    a.why,
    a.by_whom,
    a.acted_at
from breaks.act as a
inner join breaks.known as k on a.break_id = k.break_id
where k.registry_code = :registry_code and k.subject in (:entry, 'entry ' || :entry)
order by a.act_id
