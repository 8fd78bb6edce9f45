-- Returns who was looked at when a close was judged, with what ranks it: cases reviewed under the close's baseline, and
-- of its cases those refused for what the unit can correct, those answered, those with open defects.
-- Grain: one row per registry. :close_key
select
    j.registry_code,
    j.known,
    j.judged,
    j.apart,
    j.bottleneck,
    p.reviewed,
    t.refused,
    t.answered,
    t.open_defects
from pace.judged as j
inner join closing.close as c on j.close_key = c.close_key
left join closing.progress as p
    on j.close_key = p.close_key and c.baseline = p.baseline and j.registry_code = p.registry_code
left join pace.tally as t
    on j.close_key = t.close_key and c.baseline = t.baseline and j.registry_code = t.registry_code
where j.close_key = :close_key
