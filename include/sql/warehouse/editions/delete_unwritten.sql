-- Forgets that letters could not be made into papers. Grain: one row per address that has one. :close_key; :addresses.
delete from mail.unwritten
where close_key = :close_key and address = any(cast(:addresses as text[]))
