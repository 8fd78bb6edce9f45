-- Forgets the intervals of a close before they are written anew. :close_key
delete from pace.interval
where close_key = :close_key
