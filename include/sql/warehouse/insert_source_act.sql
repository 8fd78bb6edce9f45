-- Records what the data team said of a registry's silence. Grain: one row.
-- :registry_code; :act; :from_day, :until_day, :why (null for a withdrawal); :by_whom; :acted_at.
insert into sources.act (registry_code, act, from_day, until_day, why, by_whom, acted_at)
values (:registry_code, :act, :from_day, :until_day, :why, :by_whom, :acted_at)
