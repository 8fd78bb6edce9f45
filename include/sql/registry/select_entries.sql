-- Returns the granted columns of the entries of some books with the present state of their transfers, in the order
-- and types of mirror.entry. Grain: one row per entry. $1: book ids, as the text of an array.
select
    e.entry_id::bigint as entry_id,
    e.book_id::integer as book_id,
    e.entry_no::text as entry_no,
    e.entered_at::timestamptz as entered_at,
    e.scan_attached_at::timestamptz as scan_attached_at,
    e.reviewed_at::timestamptz as reviewed_at,
    e.corrected_at::timestamptz as corrected_at,
    e.page_file::text as page_file,
    e.defects::text[] as defects,
    e.changed_at::timestamptz as changed_at,
    t.state::text as t_state,
    t.attempts::smallint as t_attempts,
    t.queued_at::timestamptz as t_queued_at,
    t.sent_at::timestamptz as t_sent_at,
    t.answered_at::timestamptz as t_answered_at,
    t.error_code::text as t_error_code,
    t.ministry_ref::text as t_ministry_ref,
    t.requeue_key::text as t_requeue_key
from sohoa.entry as e
left join sohoa.transfer as t on e.entry_id = t.entry_id
where e.book_id = any($1::text::integer[])
