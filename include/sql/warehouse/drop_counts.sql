-- Drops the temporary tables that an earlier close of the same transaction made for its own instant. No parameters.
drop table if exists received, received_ambiguous, counted, computed, receipt_class
