-- Forgets the needs of a close before they are written anew. :close_key
delete from cure.need
where close_key = :close_key
