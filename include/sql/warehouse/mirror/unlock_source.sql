-- Ends this session's conversation with a source. $1: source code.
select pg_advisory_unlock(hashtextextended('source:' || $1::text, 0)) as ended
