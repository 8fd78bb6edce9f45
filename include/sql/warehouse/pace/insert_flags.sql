-- Raises the flags of a close. Grain: one row per registry and kind.
-- :close_key; arrays of equal length: :codes; :kinds; :stages; :owners; :streaks; :figures: JSON objects, what the rule
-- looked at by name. The typed columns are filled from these; what a stage of books is a share of stands in quota.
insert into ladder.flag (
    close_key, registry_code, kind, stage, owner, streak, newly, figures, quota, done, due, needed_per_day, pace_per_day
)
select
    :close_key,
    f.code,
    f.kind,
    f.stage,
    f.owner,
    f.streak,
    f.streak = 1,
    f.figures,
    round(coalesce(f.figures ->> 'whole', f.figures ->> 'quota')::numeric),
    round((f.figures ->> 'done')::numeric),
    round((f.figures ->> 'due')::numeric),
    (f.figures ->> 'needed_per_day')::numeric,
    (f.figures ->> 'pace_per_day')::numeric
from unnest(
    cast(:codes as text[]),
    cast(:kinds as text[]),
    cast(:stages as text[]),
    cast(:owners as text[]),
    cast(:streaks as integer[]),
    cast(:figures as jsonb[])
) as f (code, kind, stage, owner, streak, figures)
