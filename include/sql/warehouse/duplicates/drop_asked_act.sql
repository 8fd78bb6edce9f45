-- Drops what an earlier request of the same transaction left. No parameters.
drop table if exists asked_act
