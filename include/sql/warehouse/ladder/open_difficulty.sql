-- Notes an open difficulty, or what later reports say of one that is open already. Grain: one row.
-- :registry_code; :kind; :owner; :said; :opened_on; :close_key; :last_told_on; :confirmed; :due_day.
with kept as (
    update ladder.difficulty
    set
        said = coalesce(cast(:said as text), said),
        last_told_on = greatest(last_told_on, cast(:last_told_on as date)),
        confirmed = confirmed or :confirmed
    where registry_code = :registry_code and kind = :kind and closed_key is null
    returning difficulty_id
)

insert into ladder.difficulty (
    registry_code, kind, owner, said, opened_on, opened_key, last_told_on, confirmed, due_day
)
select
    :registry_code,
    :kind,
    :owner,
    cast(:said as text),
    cast(:opened_on as date),
    :close_key,
    cast(:last_told_on as date),
    cast(:confirmed as boolean),
    cast(:due_day as date)
where not exists (select 1 from kept)
