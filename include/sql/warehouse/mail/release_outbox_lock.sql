-- Gives the outbox's lock back. Grain: one row. :lock.
select pg_advisory_unlock(:lock) as released
