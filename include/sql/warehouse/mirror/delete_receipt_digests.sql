-- Forgets the digests of ranges that vanished from the ledger. $1: range numbers.
delete from pull.receipt_digest
where range_no = any($1::bigint[])
