-- Waits until this transaction is the only one that changes cases of duplicates. No parameters.
select pg_advisory_xact_lock(hashtextextended('duplicates', 0))
