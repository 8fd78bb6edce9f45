-- Forgets what a close was the first to know of people and equipment, before it is looked for anew. :close_key
delete from cure.present
where known_at = :close_key
