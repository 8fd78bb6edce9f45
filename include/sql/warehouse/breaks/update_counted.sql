-- Remembers as what each break stands in the counts. Grain: one row per break that stands otherwise. :close_key.
-- Needs break_tally.
update breaks.known as k
set
    counted_before = t.stood,
    counted = t.stands,
    counted_key = :close_key
from break_tally as t
where k.break_id = t.break_id and k.counted is distinct from t.stands
