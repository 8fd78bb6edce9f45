-- Drops the temporary table about the close before that an earlier close of the same transaction made. No parameters.
drop table if exists computed_before
