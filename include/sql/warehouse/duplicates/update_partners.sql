-- Notes the best partner that was found of each case that was looked into (one in the ledger before one that is not, in
-- the same book before another, in the same registry before another), how many there are, of which kind the case so is,
-- and whether it may be a twin: a person is suspected, in a register that twins stand in one after the other, and a
-- neighbour in the book is received. Grain: one row per changed case. :as_of; :person_codes; :twin_registers;
-- :near_numbers: how far off a neighbour's number is at most. Needs sought_partner, found_partner, pair.
with best as (
    select distinct on (f.duplicate_id)
        f.duplicate_id,
        f.registry_code,
        f.entry_id,
        f.receipt_id,
        f.same_book,
        count(*) over (partition by f.duplicate_id) as partners
    from found_partner as f
    order by
        f.duplicate_id asc,
        (f.receipt_id is not null) desc,
        f.same_book desc,
        (f.registry_code = f.own_registry) desc,
        f.registry_code asc,
        f.entry_id asc
),

neighbour as materialized (
    select
        s.duplicate_id,
        e.registry_code,
        e.entry_id
    from sought_partner as s
    inner join mirror.entry as e
        on
            s.registry_code = e.registry_code
            and s.book_id = e.book_id
            and s.entry_id != e.entry_id
            and abs(substring(e.entry_no from '\d{1,9}')::integer - s.number) between 1 and :near_numbers
    where s.fresh and s.error_code = any(:person_codes) and s.register = any(:twin_registers)
),

twin as (
    select distinct n.duplicate_id
    from neighbour as n
    inner join matching.pair as p on n.registry_code = p.registry_code and n.entry_id = p.entry_id
    where matching.live(p.received_at, p.cancelled_at, :as_of)
),

newest as (
    select max(reading_id) as reading_id
    from pull.reading
),

-- What was looked for before and is not news stays as it was found then.
told as (
    select
        s.duplicate_id,
        w.reading_id as looked_reading,
        b.registry_code,
        b.entry_id,
        b.receipt_id,
        coalesce(b.partners, 0) as partners,
        case when s.fresh then 0 else s.partners end as known,
        coalesce(b.same_book, false) as same_book,
        case
            when coalesce(b.same_book, false) or s.error_code != all(:person_codes) then 'technical' else 'person'
        end as kind,
        t.duplicate_id is not null and not coalesce(b.same_book, false) as possible_twin
    from sought_partner as s
    left join best as b on s.duplicate_id = b.duplicate_id
    left join twin as t on s.duplicate_id = t.duplicate_id
    cross join newest as w
    where s.fresh or b.duplicate_id is not null
)

update transfers.duplicate as d
set
    partner_registry = n.registry_code,
    partner_entry_id = n.entry_id,
    partner_receipt_id = n.receipt_id,
    partners = greatest(n.partners, n.known),
    same_book = n.same_book,
    kind = n.kind,
    possible_twin = n.possible_twin,
    looked_reading = coalesce(d.looked_reading, n.looked_reading)
from told as n
where
    d.duplicate_id = n.duplicate_id
    and row(
        d.partner_registry, d.partner_entry_id, d.partner_receipt_id, d.partners, d.same_book, d.kind, d.possible_twin,
        d.looked_reading is null
    ) is distinct from row(
        n.registry_code, n.entry_id, n.receipt_id, greatest(n.partners, n.known), n.same_book, n.kind, n.possible_twin,
        false
    )
