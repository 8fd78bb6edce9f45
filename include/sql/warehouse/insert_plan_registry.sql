-- Adds one registry of the plan with the shard that reads it and the area it is counted in.
insert into plan.registry (registry_code, shard_code, shard_name, area_code)
values (:registry_code, :shard_code, :shard_name, :area_code)
