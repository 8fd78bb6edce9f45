-- Pace: standings, forecasts, intervals and flags of every kind.
select 1;
