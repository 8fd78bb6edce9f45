-- Adds to found_break the names (in NFC) that several entries of a registry carry as their page's. Two can only be
-- alike where one is not named as the plan asks (page_check), where a book has a number twice (alike_number), or where
-- two books have the same names: only these are read. Grain: one row per registry and name. No parameters.
-- Needs looked and found_break.
insert into found_break (registry_code, kind, subject, items)
with book as (
    select
        c.registry_code,
        c.book_id,
        lower(c.page_head) as page_head,
        count(*) over (partition by c.registry_code, lower(c.page_head), lower(c.page_tail)) as twins
    from breaks.book_check as c
    inner join looked as l on c.registry_code = l.registry_code and 'scan_repeated' = any(l.aspects)
),

-- Each is compared with all books of its registry.
folded as materialized (
    select
        registry_code,
        page,
        lower(page) as page_folded
    from breaks.page_check
),

-- What a wrong name says: the book that it would be of.
odd as (
    select distinct
        b.registry_code,
        b.book_id,
        f.page
    from folded as f
    inner join book as b on f.registry_code = b.registry_code and starts_with(f.page_folded, b.page_head)
),

read_whole as (
    select
        e.registry_code,
        e.entry_id,
        e.page_file
    from book as b
    inner join mirror.entry as e on b.registry_code = e.registry_code and b.book_id = e.book_id
    where b.twins > 1 and e.page_file is not null
),

named as (
    select
        registry_code,
        entry_id,
        -- Normalising is slow and most names are plain ASCII.
        case when octet_length(page_file) = length(page_file) then page_file else normalize(page_file, nfc) end as page
    from read_whole
    union
    select
        e.registry_code,
        e.entry_id,
        o.page
    from odd as o
    inner join mirror.entry as e on o.registry_code = e.registry_code and o.book_id = e.book_id
    where
        o.page = case
            when octet_length(e.page_file) = length(e.page_file) then e.page_file else normalize(e.page_file, nfc)
        end
    union
    select
        p.registry_code,
        p.entry_id,
        p.page
    from breaks.page_check as p
    inner join looked as l on p.registry_code = l.registry_code and 'scan_repeated' = any(l.aspects)
    union
    select
        a.registry_code,
        a.entry_id,
        a.page
    from breaks.alike_number as a
    inner join looked as l on a.registry_code = l.registry_code and 'scan_repeated' = any(l.aspects)
)

select
    registry_code,
    'scan_repeated' as kind,
    page,
    count(*)
from named
group by registry_code, page
having count(*) > 1
