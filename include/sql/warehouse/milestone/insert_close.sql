-- Notes the first close at or after a milestone's instant; what is noted stays. Grain: one milestone.
-- :milestone_id; :close_key; :instant; :stage.
insert into milestone.close (milestone_id, close_key, instant, stage)
values (:milestone_id, :close_key, :instant, :stage)
on conflict (milestone_id) do nothing
