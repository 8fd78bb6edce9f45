-- Returns the entries that were put back by decisions made for a close. Grain: one row per decision, by registry.
-- :close_key. Register, phase and year are those of the entry's newest version; an entry deleted since has its last.
select
    d.registry_code,
    coalesce(b.register, '') as register,
    coalesce(b.phase, 0) as phase,
    coalesce(b.opened_year, 0) as opened_year,
    d.registry_code || '/' || d.entry_id as item
from transfers.decision as d
left join lateral (
    select v.book_id
    from entry_version as v
    where v.registry_code = d.registry_code and v.entry_id = d.entry_id
    order by v.since desc
    limit 1
) as e on true
left join lateral (
    select
        v.register,
        v.phase,
        v.opened_year
    from book_version as v
    where v.registry_code = d.registry_code and v.book_id = e.book_id
    order by v.since desc
    limit 1
) as b on true
where d.day_key = :close_key and d.state = 'requeued'
order by d.registry_code, d.entry_id
