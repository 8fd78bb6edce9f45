-- Records that somebody answers for a registry and is at work. Grain: one row.
-- :registry_code; :from_day; :until_day; :who; :by_whom; :recorded_at
insert into ladder.acknowledgement (registry_code, from_day, until_day, who, by_whom, recorded_at)
values (:registry_code, :from_day, :until_day, :who, :by_whom, :recorded_at)
