-- Forgets what was known of difficulties at a close. :close_key
delete from ladder.difficulty_told
where close_key = :close_key
