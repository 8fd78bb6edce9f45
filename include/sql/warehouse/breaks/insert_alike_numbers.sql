-- Keeps the entries of changed books whose number, whatever stands around it, another entry of the book has too, or
-- that have none, with the names of their pages: only these can be named alike as the plan asks.
-- Grain: one row per entry with a page. No parameters. Needs changed_entry.
insert into breaks.alike_number (registry_code, book_id, entry_id, page)
with numbered as (
    select
        registry_code,
        book_id,
        entry_id,
        page,
        digits,
        count(*) over (partition by registry_code, book_id, ltrim(digits, '0')) as entries
    from changed_entry
)

select
    registry_code,
    book_id,
    entry_id,
    page
from numbered
where page is not null and (entries > 1 or digits is null)
