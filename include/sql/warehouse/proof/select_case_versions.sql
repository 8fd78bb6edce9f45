-- Returns every version of an entry that the mirror held, with the readings that first showed it and that ended it.
-- Grain: one row per version, the oldest first. :registry_code; :entry_id.
with version as (
    select
        registry_code, entry_id, book_id, entry_no, entered_at, scan_attached_at, reviewed_at, corrected_at, defects,
        t_state, t_attempts, t_queued_at, t_sent_at, t_answered_at, t_error_code, t_ministry_ref, t_requeue_key, since,
        cast(null as bigint) as until
    from mirror.entry
    where registry_code = :registry_code and entry_id = :entry_id
    union all
    select
        registry_code, entry_id, book_id, entry_no, entered_at, scan_attached_at, reviewed_at, corrected_at, defects,
        t_state, t_attempts, t_queued_at, t_sent_at, t_answered_at, t_error_code, t_ministry_ref, t_requeue_key, since,
        until
    from mirror.entry_past
    where registry_code = :registry_code and entry_id = :entry_id
)

select
    v.*,
    seen.read_at as seen_at,
    ended.read_at as ended_at
from version as v
inner join pull.reading as seen on v.since = seen.reading_id
left join pull.reading as ended on v.until = ended.reading_id
order by v.since
