-- Drops the temporary tables of an earlier matching or closing in the same transaction. No parameters.
drop table if exists
    code_meaning, pair, unpaired, ambiguous, received, received_ambiguous, counted, computed, receipt_class
