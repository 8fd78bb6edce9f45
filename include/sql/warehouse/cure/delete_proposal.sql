-- Forgets the proposals of a close before they are written anew. :close_key
delete from cure.proposal
where close_key = :close_key
