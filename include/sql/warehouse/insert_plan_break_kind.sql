-- Adds one kind of break, who is to clear it, and the next step suggested to them.
insert into plan.break_kind (kind, owner, name_vi, next_step_vi)
values (:kind, :owner, :name_vi, :next_step_vi)
