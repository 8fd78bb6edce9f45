-- Drops the temporary tables of an earlier matching in the same transaction. No parameters.
drop table if exists code_meaning, pair, candidate, received, received_ambiguous
