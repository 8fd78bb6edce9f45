-- Ends a silence at once. Returns its number; nothing where there is none that holds. Grain: one row.
-- :silence_id; :by_whom; :lifted_at
update ladder.silence
set lifted_at = :lifted_at, lifted_by = :by_whom
where silence_id = :silence_id and lifted_at is null
returning silence_id
