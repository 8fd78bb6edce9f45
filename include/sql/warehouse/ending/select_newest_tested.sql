-- Returns the newest close up to one for which forecasts were held against what came. Grain: one row. :close_key.
select max(close_key) as close_key
from pace.backtest
where close_key <= :close_key
