-- Keeps the ledger's new digests. $1 ranges, $2 counts, $3 digests: arrays of equal length.
insert into pull.receipt_digest (range_no, receipts, digest)
select
    d.range_no,
    d.receipts,
    d.digest
from unnest($1::bigint[], $2::integer[], $3::text[]) as d (range_no, receipts, digest)
on conflict (range_no) do update set receipts = excluded.receipts, digest = excluded.digest
