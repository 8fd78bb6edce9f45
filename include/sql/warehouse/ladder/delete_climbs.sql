-- Clears what an evening was for each registry before it is decided anew. :close_key
delete from ladder.climb
where close_key = :close_key
