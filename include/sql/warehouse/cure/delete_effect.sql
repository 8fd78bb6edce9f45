-- Forgets the effects measured at a close before they are written anew. :close_key
delete from cure.effect
where close_key = :close_key
