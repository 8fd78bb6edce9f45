-- Makes the temporary table balanced: the books that the baseline in force counts, of registries whose figures a close
-- knows, and whether each balances as of the close: closing total = entries = entered = scanned = received, and the
-- scanning of the book itself is done. Received are entries with a receipt of their own: what is only one of several
-- candidates' can be told of no book. Grain: one row per book. :close_key; :as_of. Needs books and answered.
create temporary table balanced on commit drop as
with in_book as (
    select
        place,
        sum(entries) as entries,
        sum(entered) as entered,
        sum(attached) as attached,
        sum(received) as received
    from answered
    where as_of = :as_of
    group by place
)

select
    b.registry_code,
    b.book_id,
    b.register,
    b.opened_year,
    b.book_no,
    b.closing_total,
    coalesce(n.entered, 0)::integer as entered,
    coalesce(n.attached, 0)::integer as attached,
    coalesce(n.received, 0)::integer as received,
    coalesce(
        b.scanned_at <= :as_of
        and b.closing_total > 0
        and n.entries = b.closing_total
        and n.entered = b.closing_total
        and n.attached = b.closing_total
        and n.received = b.closing_total,
        false
    ) as balanced
from closing.registry_close as k
inner join closing.close as c on k.close_key = c.close_key
inner join plan.baseline as q on c.baseline = q.baseline
inner join mirror.book as b
    on
        k.registry_code = b.registry_code
        and (q.phase is null or q.phase = b.phase)
        and (q.opened_year_max is null or q.opened_year_max >= b.opened_year)
inner join matching.book as m on b.registry_code = m.registry_code and b.book_id = m.book_id
left join in_book as n on m.place = n.place
where
    k.close_key = :close_key
    and k.reading_id is not null
    and not k.lacking && array['book.closing_total', 'book.scanned_at', 'entry.entered_at', 'entry.scan_attached_at']
