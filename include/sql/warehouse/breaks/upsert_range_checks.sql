-- Keeps the digests of ranges of receipts that are checked now. Grain: one row per range. No parameters.
insert into breaks.range_check (range_no, digest, reading_id)
select
    d.range_no,
    d.digest,
    coalesce((select max(r.reading_id) from pull.reading as r where r.source_code = 'ministry' and r.was_read), 0)
from pull.receipt_digest as d
left join breaks.range_check as c on d.range_no = c.range_no
where c.digest is distinct from d.digest
on conflict (range_no) do update set digest = excluded.digest, reading_id = excluded.reading_id
