-- Adds one registry that a unit code can mean.
insert into plan.code_meaning (unit_code, registry_code)
values (:unit_code, :registry_code)
