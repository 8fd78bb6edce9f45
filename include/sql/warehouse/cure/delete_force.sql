-- Forgets the forces of a close before they are written anew. :close_key
delete from cure.force
where close_key = :close_key
