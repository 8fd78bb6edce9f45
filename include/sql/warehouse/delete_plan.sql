-- Empties the warehouse's copy of the plan before another is loaded. No parameters.
truncate
plan.loaded, plan.error_code, plan.outcome, plan.break_kind, plan.quota, plan.baseline, plan.code_meaning,
plan.registry, plan.unit
