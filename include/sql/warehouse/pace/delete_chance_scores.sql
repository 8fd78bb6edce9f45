-- Forgets the scores of chances of a close before they are written anew. :close_key
delete from pace.chance_score
where close_key = :close_key
