-- Clears the progress of a close before it is computed anew. :close_key
delete from closing.progress
where close_key = :close_key
