-- Returns the province and the units just below it, with the area quota under the baseline in force (null: none).
-- Grain: one row per unit, the province first. :province; :baseline.
select
    u.code,
    u.full_name,
    q.cases as quota
from plan.unit as u
left join plan.quota as q on u.code = q.unit_code and q.scope = 'area' and q.baseline = :baseline
where u.code = :province or u.code in (select r.area_code from plan.registry as r)
order by u.code != :province, u.code
