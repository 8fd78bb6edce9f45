-- Makes the temporary table changed_entry: the entries of changed books, read once for all that is checked in them.
-- `digits` are the first in the entry's number. `page` is in NFC.
-- Grain: one row per entry. No parameters. Needs changed_book.
create temporary table changed_entry on commit drop as
select
    e.registry_code,
    e.book_id,
    e.entry_id,
    e.entry_no,
    substring(e.entry_no from '[0-9]+') as digits,
    e.since > b.checked as is_new,
    -- Normalising is slow and most names are plain ASCII.
    case
        when octet_length(e.page_file) = length(e.page_file) then e.page_file
        else normalize(e.page_file, nfc)
    end as page,
    e.entered_at is not null and e.scan_attached_at is null as unattached,
    greatest(e.entered_at, e.scan_attached_at, e.reviewed_at, e.corrected_at) as latest,
    e.t_ministry_ref as ministry_ref
from changed_book as b
inner join mirror.entry as e on b.registry_code = e.registry_code and b.book_id = e.book_id
