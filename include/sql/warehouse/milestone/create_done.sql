-- Makes the temporary table milestone_done: entries of a stage of the units' own that were done as of an instant, under
-- a baseline, from the mirror as it is now. Grain: one row per registry that has any.
-- :instant; :stage (entered, attached, reviewed); :baseline.
create temporary table milestone_done on commit drop as
select
    e.registry_code,
    count(*)::integer as done
from plan.baseline as n
inner join mirror.book as b
    on
        (n.phase is null or n.phase = b.phase)
        and (n.opened_year_max is null or n.opened_year_max >= b.opened_year)
inner join mirror.entry as e
    on
        b.registry_code = e.registry_code
        and b.book_id = e.book_id
        and (n.entered_from is null or n.entered_from <= e.entered_at)
where
    n.baseline = :baseline
    and case :stage
        when 'entered' then e.entered_at
        when 'attached' then e.scan_attached_at
        else e.reviewed_at
    end <= :instant
group by e.registry_code
