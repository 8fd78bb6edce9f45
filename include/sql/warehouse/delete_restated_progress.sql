-- Forgets what later closes found progress at a close to have been: closed again, its progress says it. :close_key
delete from closing.restated_progress
where close_key = :close_key
