-- Freezes one stage of every registry against its roadmap. Grain: one row per registry.
-- :close_key; :stage; arrays of equal length, null where not known: :codes; :planned; :done; :planned_days;
-- :earned_days.
insert into pace.standing (close_key, registry_code, stage, planned, done, planned_days, earned_days)
select
    :close_key,
    s.code,
    :stage,
    s.planned,
    s.done,
    s.planned_days,
    s.earned_days
from unnest(
    cast(:codes as text[]),
    cast(:planned as double precision[]),
    cast(:done as double precision[]),
    cast(:planned_days as double precision[]),
    cast(:earned_days as double precision[])
) as s (code, planned, done, planned_days, earned_days)
