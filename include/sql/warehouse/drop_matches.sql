-- Drops the temporary tables of an earlier matching in the same transaction. No parameters.
drop table if exists code_meaning, pair, unpaired, ambiguous, received, received_ambiguous
