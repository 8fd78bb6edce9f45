-- Notes what an evening was for a registry. Grain: one row.
insert into ladder.climb (close_key, registry_code, episode_key, in_row, counted, outcome)
values (:close_key, :registry_code, :episode_key, :in_row, :counted, :outcome)
