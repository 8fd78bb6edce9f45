-- Keeps which books came into balance by a close, and which fell out of it: those that stand otherwise than at the
-- closes before it. A book that is gone has fallen out. Grain: one row per book. :close_key. Needs balanced.
insert into completion.book (
    close_key, registry_code, book_id, balanced, register, opened_year, book_no, closing_total, entered, attached,
    received
)
with before as (
    select distinct on (registry_code, book_id)
        registry_code,
        book_id,
        balanced,
        register,
        opened_year,
        book_no
    from completion.book
    where close_key < :close_key
    order by registry_code asc, book_id asc, close_key desc
)

select
    :close_key,
    n.registry_code,
    n.book_id,
    n.balanced,
    n.register,
    n.opened_year,
    n.book_no,
    n.closing_total,
    n.entered,
    n.attached,
    n.received
from balanced as n
left join before as o on n.registry_code = o.registry_code and n.book_id = o.book_id
where n.balanced != coalesce(o.balanced, false)
union all
select
    :close_key,
    o.registry_code,
    o.book_id,
    false as balanced,
    o.register,
    o.opened_year,
    o.book_no,
    null as closing_total,
    0 as entered,
    0 as attached,
    0 as received
from before as o
where
    o.balanced
    and o.registry_code in (select n.registry_code from balanced as n)
    and not exists (
        select 1
        from balanced as n
        where n.registry_code = o.registry_code and n.book_id = o.book_id
    )
