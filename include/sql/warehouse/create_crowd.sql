-- Makes matching.crowd: what matching.crowd_at holds of one instant, for those who ask what counts at it.
-- Grain: one row per crowded entry. Parameter: :as_of. Needs crowd_at.
create unlogged table matching.crowd as
select
    registry_code,
    entry_id,
    live,
    first_received_at,
    cancelled,
    candidate,
    live_before
from matching.crowd_at
where as_of = :as_of
