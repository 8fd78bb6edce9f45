-- Drops what an earlier pairing left. No parameters.
drop table if exists
matching.code_meaning,
matching.book,
matching.pair,
matching.ambiguous,
matching.stray,
unpaired,
sought
