-- Adds one quota row.
insert into plan.quota (baseline, unit_code, scope, books, cases, origin)
values (:baseline, :unit_code, :scope, :books, :cases, :origin)
