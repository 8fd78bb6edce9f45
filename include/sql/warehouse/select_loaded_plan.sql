-- Returns the digest of the plan that the warehouse holds. Grain: at most one row. No parameters.
select digest
from plan.loaded
