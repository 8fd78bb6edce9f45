-- Closes a difficulty from a close on. Returns its number; nothing where it is closed. Grain: one row.
-- :difficulty_id; :closed_on: reports up to this day do not open it again; :close_key; :by_whom; :why
update ladder.difficulty
set closed_on = :closed_on, closed_key = :close_key, closed_by = :by_whom, closed_why = :why
where difficulty_id = :difficulty_id and closed_key is null
returning difficulty_id
