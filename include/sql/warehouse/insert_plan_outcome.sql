-- Adds one outcome of transfers, and what happens to an entry that ends so.
insert into plan.outcome (outcome, class, action, attempts, first_wait_minutes, longest_wait_minutes, name_vi)
values (:outcome, :class, :action, :attempts, :first_wait_minutes, :longest_wait_minutes, :name_vi)
