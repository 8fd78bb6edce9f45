-- Keeps what is found in changed books: how many entries, how many of their numbers repeat (compared folded), how many
-- are missing below the highest. Grain: one row per book. :patterns. Needs changed_book and changed_entry.
insert into breaks.book_check (
    registry_code, book_id, digest, patterns, reading_id, page_head, page_tail, entries, repeated, missing,
    unattached, latest
)
with numbered as (
    select
        registry_code,
        book_id,
        -- More digits than that are no entry number, whatever they are.
        case when length(digits) <= 9 then digits::integer end as number,
        count(*) as entries,
        count(*) filter (where unattached) as unattached,
        max(latest) as latest
    from changed_entry
    group by registry_code, book_id, number
),

counted as (
    select
        registry_code,
        book_id,
        sum(entries) as entries,
        sum(entries) - count(number) as doubled,
        coalesce(max(number), 0) - count(*) filter (where number > 0) as missing,
        sum(unattached) as unattached,
        max(latest) as latest
    from numbered
    group by registry_code, book_id
),

-- Different numbers are different whatever stands around them: only books with less numbers than entries are folded.
repeated as (
    select
        e.registry_code,
        e.book_id,
        count(*) - count(distinct mirror.fold(e.entry_no)) as entries
    from changed_entry as e
    inner join counted as c on e.registry_code = c.registry_code and e.book_id = c.book_id
    where c.doubled > 0
    group by e.registry_code, e.book_id
)

select
    b.registry_code,
    b.book_id,
    b.digest,
    :patterns,
    b.reading_id,
    b.page_head,
    b.page_tail,
    coalesce(c.entries, 0),
    coalesce(r.entries, 0),
    coalesce(c.missing, 0),
    coalesce(c.unattached, 0),
    c.latest
from changed_book as b
left join counted as c on b.registry_code = c.registry_code and b.book_id = c.book_id
left join repeated as r on b.registry_code = r.registry_code and b.book_id = r.book_id
on conflict (registry_code, book_id) do update set
    digest = excluded.digest,
    patterns = excluded.patterns,
    reading_id = excluded.reading_id,
    page_head = excluded.page_head,
    page_tail = excluded.page_tail,
    entries = excluded.entries,
    repeated = excluded.repeated,
    missing = excluded.missing,
    unattached = excluded.unattached,
    latest = excluded.latest
