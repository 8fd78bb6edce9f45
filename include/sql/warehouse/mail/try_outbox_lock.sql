-- Takes the outbox's lock for this session if nobody holds it; returns whether it did. Grain: one row. :lock.
select pg_try_advisory_lock(:lock) as taken
