-- Drops what an earlier count of duplicates of the same transaction left. No parameters.
drop table if exists counted_registry
