-- Opens a close, or notes which run works on it now; a frozen baseline, as_of and state stay. Grain: one row.
insert into closing.close (
    close_key, day, kind, as_of, previous_as_of, baseline, plan_digest, opened_at, run_id
)
values (
    :close_key, :day, :kind, :as_of, :previous_as_of, :baseline, :plan_digest, :opened_at, :run_id
)
on conflict (close_key) do update set run_id = excluded.run_id
