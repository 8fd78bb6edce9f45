-- Waits until this transaction is the only one that works on a close. :close_key
select pg_advisory_xact_lock(hashtextextended('close:' || :close_key, 0))
