-- Drops the temporary tables of an earlier pairing in the same transaction. No parameters.
drop table if exists code_meaning, pair, unpaired, ambiguous
