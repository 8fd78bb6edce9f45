-- Notes an open difficulty, or what later reports say of one that is open already. Grain: one row.
-- :registry_code; :kind; :owner; :said; :opened_on; :close_key; :last_told_on; :confirmed; :due_day.
insert into ladder.difficulty (
    registry_code, kind, owner, said, opened_on, opened_key, last_told_on, confirmed, due_day
)
values (
    :registry_code, :kind, :owner, :said, :opened_on, :close_key, :last_told_on, :confirmed, :due_day
)
on conflict (registry_code, kind) where closed_key is null do update set
    said = coalesce(excluded.said, ladder.difficulty.said),
    last_told_on = greatest(excluded.last_told_on, ladder.difficulty.last_told_on),
    confirmed = excluded.confirmed or ladder.difficulty.confirmed
