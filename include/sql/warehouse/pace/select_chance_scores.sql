-- Returns how good chances of making milestones were, as frozen for a close. Grain: one row per stage. :close_key
select
    stage,
    chances,
    brier,
    brier_naive
from pace.chance_score
where close_key = :close_key
order by stage
