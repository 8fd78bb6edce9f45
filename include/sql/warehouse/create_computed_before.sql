-- Makes the temporary table computed_before: the dated figures of the close before, from the mirror as it is now; null
-- where the present close does not know them. Grain: one row per registry, register and phase that the registry keeps
-- books of. :close_key, the present close; :previous_as_of; :ledger_read. Needs counted and received_ambiguous.
create temporary table computed_before on commit drop as
with books as (
    select
        registry_code,
        register,
        phase,
        count(*) filter (where collected_at <= :previous_as_of) as books_collected,
        count(*) filter (where classified_at <= :previous_as_of) as books_classified,
        count(*) filter (where scanned_at <= :previous_as_of) as books_scanned
    from mirror.book
    group by registry_code, register, phase
),

entries as (
    select
        registry_code,
        register,
        phase,
        sum(entered_before) as entered,
        sum(attached_before) as attached,
        sum(reviewed_before) as reviewed,
        sum(corrected_before) as corrected,
        sum(received_before) as received
    from counted
    group by registry_code, register, phase
),

uncertain as (
    select
        registry_code,
        register,
        phase,
        sum(entries) as received
    from received_ambiguous
    where before
    group by registry_code, register, phase
)

select
    b.registry_code,
    b.register,
    b.phase,
    case when k.reading_id is not null and 'book.collected_at' != all(k.lacking) then b.books_collected end
        as books_collected,
    case when k.reading_id is not null and 'book.classified_at' != all(k.lacking) then b.books_classified end
        as books_classified,
    case when k.reading_id is not null and 'book.scanned_at' != all(k.lacking) then b.books_scanned end
        as books_scanned,
    case when k.reading_id is not null and 'entry.entered_at' != all(k.lacking) then coalesce(e.entered, 0) end
        as entered,
    case when k.reading_id is not null and 'entry.scan_attached_at' != all(k.lacking) then coalesce(e.attached, 0) end
        as attached,
    case when k.reading_id is not null and 'entry.reviewed_at' != all(k.lacking) then coalesce(e.reviewed, 0) end
        as reviewed,
    case when k.reading_id is not null and 'entry.corrected_at' != all(k.lacking) then coalesce(e.corrected, 0) end
        as corrected,
    case when :ledger_read then coalesce(e.received, 0) + coalesce(u.received, 0) end as received
from books as b
inner join closing.registry_close as k on b.registry_code = k.registry_code and k.close_key = :close_key
left join entries as e on b.registry_code = e.registry_code and b.register = e.register and b.phase = e.phase
left join uncertain as u on b.registry_code = u.registry_code and b.register = u.register and b.phase = u.phase
