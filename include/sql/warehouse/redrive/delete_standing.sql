-- Takes away what was counted for a day, before it is counted anew. :day_key.
delete from transfers.standing
where day_key = :day_key
