-- Clears the ends of a close before it is decided anew. :close_key
delete from ladder.episode_end
where close_key = :close_key
