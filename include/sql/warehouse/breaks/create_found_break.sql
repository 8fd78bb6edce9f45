-- Makes the temporary table found_break with the breaks that a registry's own records show.
-- Grain: one row per registry, kind and subject. :book_fits (regular expression for names of books' scans).
-- Needs looked, and the checks of changed books. Meanings: docs/figures.md, breaks.
create temporary table found_break on commit drop as
select
    c.registry_code,
    v.kind,
    c.book_id::text as subject,
    v.items
from looked as l
inner join breaks.book_check as c on l.registry_code = c.registry_code
inner join mirror.book as b on c.registry_code = b.registry_code and c.book_id = b.book_id
cross join
    lateral (
        values
        ('closing_total', abs(c.entries - b.closing_total)),
        ('entry_no_repeated', c.repeated),
        ('entry_no_gap', c.missing)
    ) as v (kind, items)
where l.part = 'own' and v.items > 0 and v.kind = any(l.aspects)
union all
select
    b.registry_code,
    'scan_name' as kind,
    concat('book ', b.book_id) as subject,
    1 as items
from looked as l
inner join mirror.book as b on l.registry_code = b.registry_code
where 'scan_name of book' = any(l.aspects) and normalize(b.scan_file, nfc) !~ :book_fits
union all
select
    p.registry_code,
    p.kind,
    case p.kind when 'scan_name' then concat('entry ', p.entry_id) else p.entry_id::text end as subject,
    1 as items
from looked as l
inner join breaks.page_check as p on l.registry_code = p.registry_code
where 'scan_name of entry' = any(l.aspects)
union all
select
    e.registry_code,
    v.kind,
    e.entry_id::text as subject,
    1 as items
from looked as l
inner join breaks.book_check as c on l.registry_code = c.registry_code
inner join mirror.book as b on c.registry_code = b.registry_code and c.book_id = b.book_id
inner join mirror.entry as e on b.registry_code = e.registry_code and b.book_id = e.book_id
cross join
    lateral (
        values
        ('future_dated', greatest(e.entered_at, e.scan_attached_at, e.reviewed_at, e.corrected_at) > l.read_at),
        (
            'entry_without_scan',
            e.entered_at <= l.read_at
            and coalesce(e.scan_attached_at > l.read_at, true)
            and b.scanned_at <= l.read_at
        )
    ) as v (kind, stands)
where
    l.part = 'own'
    and (c.latest > l.read_at or (c.unattached > 0 and b.scanned_at <= l.read_at))
    and v.stands
    and v.kind = any(l.aspects)
