-- Forgets who was looked at when a close was judged. :close_key
delete from pace.judged
where close_key = :close_key
