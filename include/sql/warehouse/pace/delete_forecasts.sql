-- Forgets the forecasts of a close before they are written anew. :close_key
delete from pace.forecast
where close_key = :close_key
