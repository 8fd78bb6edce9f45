-- Adds the new versions of entries in changed books to mirror.entry. $1: registry code; $2: this reading.
insert into mirror.entry (
    registry_code, entry_id, book_id, entry_no, entered_at, scan_attached_at, reviewed_at, corrected_at, page_file,
    defects, changed_at, t_state, t_attempts, t_queued_at, t_sent_at, t_answered_at, t_error_code, t_ministry_ref,
    t_requeue_key, since
)
select
    $1,
    i.entry_id, i.book_id, i.entry_no, i.entered_at, i.scan_attached_at, i.reviewed_at, i.corrected_at, i.page_file,
    i.defects, i.changed_at, i.t_state, i.t_attempts, i.t_queued_at, i.t_sent_at, i.t_answered_at, i.t_error_code,
    i.t_ministry_ref, i.t_requeue_key,
    $2::bigint
from incoming_entry as i
where not exists (select 1 from mirror.entry as m where m.registry_code = $1 and m.entry_id = i.entry_id)
