-- Drops what an earlier deciding of this transaction was made with. No parameters.
drop table if exists failing, in_ledger, tried, first_seen, verdict
