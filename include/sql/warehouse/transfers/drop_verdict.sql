-- Drops what a decision was made with. No parameters.
drop table failing, in_ledger, tried, first_seen, verdict
