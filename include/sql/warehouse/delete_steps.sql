-- Clears the steps of a close before they are taken anew. :close_key
delete from ladder.step
where close_key = :close_key
