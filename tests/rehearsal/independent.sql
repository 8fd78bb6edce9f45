-- The figures of docs/figures.md in plain SQL over what stands in one registry, written without looking at the world's code.
-- Beside the contract's tables it needs the ledger's receipts of the registry in a temporary table `receipt`.
-- Parameter: as_of. Returns register, phase and the columns of truth.figure after its key.
with entry as (
    select e.*, b.register, b.phase, b.opened_year, b.book_no, t.ministry_ref, t.state
      from sohoa.entry e
      join sohoa.book b using (book_id)
      left join sohoa.transfer t using (entry_id)
), by_ref as (
    select r.receipt_id, e.entry_id from receipt r join entry e on e.ministry_ref = r.ministry_ref
), by_id as (
    select r.receipt_id, r.sender_entry_id as entry_id
      from receipt r join entry e on e.entry_id = r.sender_entry_id
     where r.receipt_id not in (select receipt_id from by_ref)
), matched as (
    select * from by_ref union all select * from by_id
), by_key as (
    select e.register, e.phase, count(distinct r.receipt_id) as receipts, count(distinct e.entry_id) as candidates
      from receipt r
      join entry e on (e.register, e.opened_year, e.book_no, e.entry_no) = (r.register, r.opened_year, r.book_no, r.entry_no)
     where r.receipt_id not in (select receipt_id from matched)
       and e.entry_id not in (select entry_id from matched)
     group by e.register, e.phase, e.opened_year, e.book_no, e.entry_no
), received as (
    select register, phase, sum(n) as n from (
        select e.register, e.phase, count(distinct e.entry_id) as n from matched join entry e using (entry_id) group by 1, 2
        union all
        select register, phase, sum(least(receipts, candidates)) from by_key group by 1, 2
    ) both_ways group by 1, 2
), books as (
    select register, phase,
           count(*) filter (where collected_at <= %(as_of)s) as collected,
           count(*) filter (where classified_at <= %(as_of)s) as classified,
           count(*) filter (where scanned_at <= %(as_of)s) as scanned
      from sohoa.book group by 1, 2
), entries as (
    select register, phase,
           count(*) filter (where entered_at <= %(as_of)s) as entered,
           count(*) filter (where scan_attached_at <= %(as_of)s) as attached,
           count(*) filter (where reviewed_at <= %(as_of)s) as reviewed,
           count(*) filter (where corrected_at <= %(as_of)s) as corrected,
           count(*) filter (where state = 'queued') as queued,
           count(*) filter (where state = 'sent') as awaiting,
           count(*) filter (where state = 'rejected') as rejected,
           count(*) filter (where state = 'failed') as failed,
           count(*) filter (where cardinality(defects) > 0) as defective
      from entry group by 1, 2
)
select register, phase, collected, classified, scanned,
       coalesce(entered, 0), coalesce(attached, 0), coalesce(reviewed, 0), coalesce(corrected, 0), coalesce(n, 0)::int,
       coalesce(queued, 0), coalesce(awaiting, 0), coalesce(rejected, 0), coalesce(failed, 0), coalesce(defective, 0)
  from books
  left join entries using (register, phase)
  left join received using (register, phase)
 order by register, phase
