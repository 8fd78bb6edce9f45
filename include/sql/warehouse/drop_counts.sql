-- Drops the tables that an earlier close made for its own instant. No parameters.
drop table if exists matching.crowd, received_ambiguous, counted, classed, computed
