-- Makes the temporary table changed_receipt: receipts that are new or changed since their range was last checked.
-- Grain: one row per receipt. :receipts_in_range
create temporary table changed_receipt on commit drop as
select
    r.receipt_id,
    r.ministry_ref,
    r.register,
    r.opened_year,
    r.book_no,
    r.entry_no
from pull.receipt_digest as d
inner join mirror.receipt as r
    on r.receipt_id between d.range_no * :receipts_in_range and (d.range_no + 1) * :receipts_in_range - 1
left join breaks.range_check as c on d.range_no = c.range_no
where
    c.digest is distinct from d.digest
    and r.since > coalesce(c.reading_id, 0)
    -- Before any book was checked all entries are new, and held against all receipts anyway.
    and exists (select 1 from breaks.book_check)
