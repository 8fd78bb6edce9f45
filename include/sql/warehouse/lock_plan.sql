-- Waits until this transaction is the only one that loads a plan. No parameters.
select pg_advisory_xact_lock(hashtextextended('plan', 0))
