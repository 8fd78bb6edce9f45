-- Forgets that a letter could not be made into a paper. Grain: one row, or none. :close_key; :address.
delete from mail.unwritten
where close_key = :close_key and address = :address
