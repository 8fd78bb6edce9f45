-- Keeps what is found in changed books: how many entries, how many of their numbers repeat (compared folded), how many
-- are missing below the highest. Grain: one row per book. No parameters. Needs changed_book and changed_entry.
insert into breaks.book_check (registry_code, book_id, digest, entries, repeated, missing, unattached, latest)
with numbered as (
    select
        *,
        -- More digits than that are no entry number, whatever they are.
        case when length(digits) <= 9 then digits::integer end as number
    from changed_entry
),

counted as (
    select
        registry_code,
        book_id,
        count(*) as entries,
        count(distinct number) as numbers,
        coalesce(max(number), 0) - count(distinct number) filter (where number > 0) as missing,
        count(*) filter (where unattached) as unattached,
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
    where c.entries > c.numbers
    group by e.registry_code, e.book_id
)

select
    b.registry_code,
    b.book_id,
    b.digest,
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
    entries = excluded.entries,
    repeated = excluded.repeated,
    missing = excluded.missing,
    unattached = excluded.unattached,
    latest = excluded.latest
