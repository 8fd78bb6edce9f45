-- Drops the temporary tables that an earlier close of the same transaction made for its own reports. No parameters.
drop table if exists asked, withdrawn, report_measure
