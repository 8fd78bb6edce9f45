-- Notes who is told of a flagged registry at a close, at which level of which episode.
insert into ladder.step (
    close_key, registry_code, level, told_unit, told_office, told_address, episode_key, difficulty_id
)
values (
    :close_key, :registry_code, :level, :told_unit, :told_office, :told_address, :episode_key, :difficulty_id
)
