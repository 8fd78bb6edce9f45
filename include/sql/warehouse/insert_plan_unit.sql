-- Adds one unit of the plan.
insert into plan.unit (code, name, full_name, level, kind, parent_code)
values (:code, :name, :full_name, :level, :kind, :parent_code)
