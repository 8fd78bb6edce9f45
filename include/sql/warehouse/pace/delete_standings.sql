-- Forgets the standings of a close before they are written anew. :close_key
delete from pace.standing
where close_key = :close_key
