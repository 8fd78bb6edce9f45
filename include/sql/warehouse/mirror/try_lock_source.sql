-- Returns whether this session now holds the only conversation with a source. $1: source code.
select pg_try_advisory_lock(hashtextextended('source:' || $1::text, 0)) as got
