-- Clears the flags of a close before they are raised anew. :close_key
delete from ladder.flag
where close_key = :close_key
