-- Records that nobody is written to about a registry, or about any (null), for some days. Returns its number.
-- Grain: one row. :registry_code; :from_day; :until_day; :why; :by_whom; :recorded_at
insert into ladder.silence (registry_code, from_day, until_day, why, by_whom, recorded_at)
values (:registry_code, :from_day, :until_day, :why, :by_whom, :recorded_at)
returning silence_id
