-- Returns how many duplicates two people have decided, by outcome, as it stands. Grain: one row per outcome.
-- No parameters.
select
    outcome,
    count(*)::integer as cases
from transfers.duplicate
where state = 'confirmed'
group by outcome
