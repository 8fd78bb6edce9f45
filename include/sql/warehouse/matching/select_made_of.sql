-- Returns what pairs made now would be made of (the plan, and every reading so far), and what the kept ones were made
-- of (null: there are none). Readings are never deleted and write only with their own row, so their number tells
-- whether the mirror can have changed. Grain: one row. No parameters. Needs lock_mirror.
select
    (select made_of from matching.paired) as kept,
    concat_ws(' ', (select digest from plan.loaded), (select count(*) from pull.reading)) as present
