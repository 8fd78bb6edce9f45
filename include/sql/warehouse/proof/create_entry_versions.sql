-- Makes the temporary view entry_version: every version of every entry, and the reading that ended it (null: newest).
-- Grain: one row per entry and version. No parameters.
create temporary view entry_version as
select
    registry_code, entry_id, book_id, entry_no, entered_at, scan_attached_at, reviewed_at, corrected_at, defects,
    t_state, t_error_code, t_ministry_ref, since, cast(null as bigint) as until
from mirror.entry
union all
select
    registry_code, entry_id, book_id, entry_no, entered_at, scan_attached_at, reviewed_at, corrected_at, defects,
    t_state, t_error_code, t_ministry_ref, since, until
from mirror.entry_past
