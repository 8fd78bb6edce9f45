-- Returns the moment of the newest deciding, on the campaign's clock. Grain: one row; none before the first.
-- No parameters.
select w.as_of
from transfers.wave as w
order by w.as_of desc
limit 1
