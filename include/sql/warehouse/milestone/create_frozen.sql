-- Makes the temporary table milestone_done from what a close froze: its instant is the milestone's own.
-- Grain: one row per registry of which the figure is known. :close_key; :stage; :baseline.
create temporary table milestone_done on commit drop as
select
    registry_code,
    case :stage
        when 'entered' then entered
        when 'attached' then attached
        when 'reviewed' then reviewed
        else received
    end as done
from closing.progress
where close_key = :close_key and baseline = :baseline
