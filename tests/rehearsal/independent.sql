-- The figures of docs/figures.md in plain SQL over what stands in all sources, written without looking at the world's code.
-- Needs what `gathered` puts into temporary tables: book, entry (with its transfer) and receipt as the sources show them, texts
-- folded, and meaning (which registries a unit code can mean by the plan).
-- Parameter: as_of. Returns registry, register, phase and the columns of truth.figure after its key.
with code as (
    select unit_code, registry_code from meaning
    union
    select opened_by, registry_code from book
), e as (
    select entry.*, register, phase, opened_year, book_no, opened_by from entry join book using (registry_code, book_id)
), by_ref as (
    select r.receipt_id, e.registry_code, e.entry_id
      from receipt r
      join e on e.ministry_ref = r.ministry_ref
      join code c on (c.unit_code, c.registry_code) = (r.unit_code, e.registry_code)
), by_id as (
    select r.receipt_id, e.registry_code, e.entry_id
      from receipt r
      join code c using (unit_code)
      join e on (e.registry_code, e.entry_id) = (c.registry_code, r.sender_entry_id)
     where r.receipt_id not in (select receipt_id from by_ref)
), by_key as (
    select r.receipt_id, e.registry_code, e.entry_id
      from receipt r
      join e on (e.register, e.opened_year, e.book_no, e.entry_no) = (r.register, r.opened_year, r.book_no, r.entry_no)
     where r.receipt_id not in (select receipt_id from by_ref union select receipt_id from by_id)
       and (r.unit_code = e.opened_by or (r.unit_code, e.registry_code) in (select unit_code, registry_code from meaning))
), pair as (
    select p.*, received_at <= %(as_of)s and coalesce(cancelled_at > %(as_of)s, true) as live,
           count(*) over (partition by receipt_id) as candidates
      from (select * from by_ref union all select * from by_id union all select * from by_key) p
      join receipt using (receipt_id)
), own as (
    select distinct registry_code, entry_id from pair where live and candidates = 1
), nameless as (
    select registry_code, register, phase, least(count(distinct receipt_id), count(distinct entry_id) filter (where not known)) as n
      from (
        select pair.registry_code, register, phase, opened_year, book_no, entry_no, receipt_id, entry_id,
               (pair.registry_code, entry_id) in (select registry_code, entry_id from own) as known,
               count(*) over (partition by receipt_id, pair.registry_code, register, phase) = candidates as in_one_place
          from pair
          join e using (registry_code, entry_id)
         where live and candidates > 1
      ) c
     where in_one_place
     group by registry_code, register, phase, opened_year, book_no, entry_no
), received as (
    select registry_code, register, phase, sum(n) as n from (
        select registry_code, register, phase, count(*) as n from own join e using (registry_code, entry_id) group by 1, 2, 3
        union all
        select registry_code, register, phase, n from nameless
    ) both_ways group by 1, 2, 3
), books as (
    select registry_code, register, phase,
           count(*) filter (where collected_at <= %(as_of)s) as collected,
           count(*) filter (where classified_at <= %(as_of)s) as classified,
           count(*) filter (where scanned_at <= %(as_of)s) as scanned
      from book group by 1, 2, 3
), entries as (
    select registry_code, register, phase,
           count(*) filter (where entered_at <= %(as_of)s) as entered,
           count(*) filter (where scan_attached_at <= %(as_of)s) as attached,
           count(*) filter (where reviewed_at <= %(as_of)s) as reviewed,
           count(*) filter (where corrected_at <= %(as_of)s) as corrected,
           count(*) filter (where state = 'queued') as queued,
           count(*) filter (where state = 'sent') as awaiting,
           count(*) filter (where state = 'rejected') as rejected,
           count(*) filter (where state = 'failed') as failed,
           count(*) filter (where cardinality(defects) > 0) as defective
      from e group by 1, 2, 3
)
select registry_code, register, phase, collected, classified, scanned,
       coalesce(entered, 0), coalesce(attached, 0), coalesce(reviewed, 0), coalesce(corrected, 0), coalesce(n, 0)::int,
       coalesce(queued, 0), coalesce(awaiting, 0), coalesce(rejected, 0), coalesce(failed, 0), coalesce(defective, 0)
  from books
  left join entries using (registry_code, register, phase)
  left join received using (registry_code, register, phase)
 order by registry_code, register, phase
