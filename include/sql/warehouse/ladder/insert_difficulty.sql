-- Enters a difficulty that the data team was told of otherwise than by a report. Returns its number; nothing where one
-- of the kind is open. Grain: one row.
-- :registry_code; :kind; :owner; :said; :opened_on; :close_key: from which on it is known; :due_day
insert into ladder.difficulty (
    registry_code, kind, owner, said, opened_on, opened_key, last_told_on, confirmed, due_day, entered_by_hand
)
values (
    :registry_code, :kind, :owner, :said, :opened_on, :close_key, :opened_on, true, :due_day, true
)
on conflict (registry_code, kind) where closed_key is null do nothing
returning difficulty_id
