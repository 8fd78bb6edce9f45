-- Drops what the close before in the same transaction left. No parameters.
drop table if exists balanced
