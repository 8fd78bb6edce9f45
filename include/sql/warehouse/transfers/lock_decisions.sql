-- Waits until this transaction is the only one that decides about transfers. No parameters.
select pg_advisory_xact_lock(hashtextextended('decisions', 0))
