-- Returns the last day on which a person closed a difficulty: reports up to it do not open one anew.
-- Grain: one row per registry and kind. :close_key: as known at this close.
select
    registry_code,
    kind,
    max(closed_on) as closed_on
from ladder.difficulty
where closed_by is not null and closed_key <= :close_key
group by registry_code, kind
