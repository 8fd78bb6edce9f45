-- Moves the versions of entries in changed books that the source no longer shows from mirror.entry to
-- mirror.entry_past: changed, deleted, and those that now lie in another book.
-- $1: registry code; $2: changed, new and vanished book ids; $3: this reading.
with gone as (
    delete from mirror.entry as m
    where
        m.registry_code = $1
        and (m.book_id = any($2::integer[]) or m.entry_id in (select i.entry_id from incoming_entry as i))
        and not exists (
            select 1
            from incoming_entry as i
            where
                i.entry_id = m.entry_id
                and row(
                    i.book_id, i.entry_no, i.entered_at, i.scan_attached_at, i.reviewed_at, i.corrected_at, i.page_file,
                    i.defects, i.changed_at, i.t_state, i.t_attempts, i.t_queued_at, i.t_sent_at, i.t_answered_at,
                    i.t_error_code, i.t_ministry_ref, i.t_requeue_key
                ) is not distinct from row(
                    m.book_id, m.entry_no, m.entered_at, m.scan_attached_at, m.reviewed_at, m.corrected_at, m.page_file,
                    m.defects, m.changed_at, m.t_state, m.t_attempts, m.t_queued_at, m.t_sent_at, m.t_answered_at,
                    m.t_error_code, m.t_ministry_ref, m.t_requeue_key
                )
        )
    returning m.*
)

insert into mirror.entry_past (
    registry_code, entry_id, book_id, entry_no, entered_at, scan_attached_at, reviewed_at, corrected_at, page_file,
    defects, changed_at, t_state, t_attempts, t_queued_at, t_sent_at, t_answered_at, t_error_code, t_ministry_ref,
    t_requeue_key, since, until
)
select
    gone.registry_code, gone.entry_id, gone.book_id, gone.entry_no, gone.entered_at, gone.scan_attached_at,
    gone.reviewed_at, gone.corrected_at, gone.page_file, gone.defects, gone.changed_at, gone.t_state, gone.t_attempts,
    gone.t_queued_at, gone.t_sent_at, gone.t_answered_at, gone.t_error_code, gone.t_ministry_ref, gone.t_requeue_key,
    gone.since,
    $3::bigint as until
from gone
