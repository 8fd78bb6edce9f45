-- Returns how far intervals held, as frozen for a close. Grain: one row per number of closes ahead; 0: all. :close_key
select
    ahead,
    intervals,
    held,
    error_middle,
    error_naive
from pace.backtest
where close_key = :close_key
order by ahead
