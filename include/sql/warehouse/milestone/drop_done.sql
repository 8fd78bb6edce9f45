-- Drops what the milestone before left in the same transaction. No parameters.
drop table if exists milestone_done
