-- Drops what an earlier close of the same transaction left. No parameters.
drop table if exists refused
