-- Keeps the digests of ranges of receipts that are checked now. Grain: one row per range. No parameters.
insert into breaks.range_check (range_no, digest)
select
    d.range_no,
    d.digest
from pull.receipt_digest as d
left join breaks.range_check as c on d.range_no = c.range_no
where c.digest is distinct from d.digest
on conflict (range_no) do update set digest = excluded.digest
