-- Notes who is told that an episode is over; an address that was told twice of it is told once.
insert into ladder.episode_end (close_key, registry_code, episode_key, told_unit, told_office, told_address)
values (:close_key, :registry_code, :episode_key, :told_unit, :told_office, :told_address)
on conflict do nothing
