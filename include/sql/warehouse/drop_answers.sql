-- Drops what was counted before at the instants of several closes. No parameters.
drop table if exists matching.crowd_at, answered
