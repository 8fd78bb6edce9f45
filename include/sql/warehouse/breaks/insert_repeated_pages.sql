-- Adds to found_break the names (in NFC) that several entries of a registry carry as their page's.
-- Grain: one row per registry and name. No parameters. Needs looked and found_break.
insert into found_break (registry_code, kind, subject, items)
with named as (
    select
        e.registry_code,
        -- Normalising is slow and most names are plain ASCII.
        case
            when octet_length(e.page_file) = length(e.page_file) then e.page_file
            else normalize(e.page_file, nfc)
        end as page
    from mirror.entry as e
    inner join looked as l on e.registry_code = l.registry_code and 'scan_repeated' = any(l.aspects)
    where e.page_file is not null
)

select
    registry_code,
    'scan_repeated' as kind,
    page,
    count(*)
from named
group by registry_code, page
having count(*) > 1
