-- Keeps the pages of new versions of entries whose name does not fit the plan's pattern, or is that of another entry:
-- another book's parts (compared folded), or another number (compared as numbers, whatever zeros stand in front).
-- Grain: one row per entry. :page_fits (regular expression). Needs changed_book and changed_entry.
insert into breaks.page_check (registry_code, book_id, entry_id, page, kind)
with odd as (
    select
        e.registry_code,
        e.book_id,
        e.entry_id,
        e.page,
        e.page ~ :page_fits as fits,
        b.page_head,
        b.page_tail,
        ltrim(e.digits, '0') as digits
    from changed_entry as e
    inner join changed_book as b on e.registry_code = b.registry_code and e.book_id = b.book_id
    where
        e.is_new
        and e.page is not null
        -- Most are named just so, and need no closer look.
        and e.page is distinct from b.page_head || lpad(e.digits, greatest(3, length(e.digits)), '0') || b.page_tail
)

select
    registry_code,
    book_id,
    entry_id,
    page,
    case when fits then 'scan_of_another' else 'scan_name' end
from odd
where
    not fits
    or mirror.fold(left(page, length(page_head))) != mirror.fold(page_head)
    or mirror.fold(right(page, length(page_tail))) != mirror.fold(page_tail)
    or ltrim(
        substr(page, length(page_head) + 1, greatest(length(page) - length(page_head) - length(page_tail), 0)), '0'
    ) != digits
