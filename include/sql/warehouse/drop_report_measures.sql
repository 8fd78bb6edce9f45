-- Drops the temporary table that an earlier close of the same transaction made for its own reports. No parameters.
drop table if exists report_measure
