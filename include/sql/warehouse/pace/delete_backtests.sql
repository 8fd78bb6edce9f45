-- Forgets the backtests of a close before they are written anew. :close_key
delete from pace.backtest
where close_key = :close_key
