-- Raises one flag on a registry.
insert into ladder.flag (
    close_key, registry_code, kind, stage, quota, done, due, needed_per_day, pace_per_day, streak, newly
)
values (
    :close_key, :registry_code, :kind, :stage, :quota, :done, :due, :needed_per_day, :pace_per_day, :streak, :newly
)
