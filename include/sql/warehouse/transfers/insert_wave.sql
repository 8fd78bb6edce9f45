-- Opens the wave of a run and returns its id; what it comes to is written when it is known.
-- Grain: one row. :attempt_key; :day_key; :as_of; :breaker; :step; :accepted; :answered; :fell; :cap; :settled; :held;
-- :poisoned; :why.
insert into transfers.wave (
    run_id, day_key, as_of, breaker, step, lately_accepted, answered, fell, cap, carried, due, chosen, waiting, not_due,
    settled, held, poisoned, why
)
values (
    :attempt_key, :day_key, :as_of, :breaker, :step, :accepted, :answered, :fell, :cap, 0, 0, 0, 0, 0, :settled, :held,
    :poisoned, :why
)
returning wave_id
