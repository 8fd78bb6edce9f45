-- Returns the registry's own digest of each book: how many entries it holds, and an order-free hash of every granted
-- column of the book, its entries and their transfers. Any change, deletion, move or restored backup changes it.
-- Grain: one row per book. No parameters.
-- PostgreSQL 14 or later; for 13 the hash is rewritten to go over the row's text (include/campaign/pull/shape.py).
with counted as (
    select
        e.book_id,
        count(*)::integer as entries,
        sum(
            -- A row's hash is a weighted sum of its columns': added up as it is, two entries could swap a value unseen.
            hashint8extended(
                hash_record_extended(
                    row(
                        e.entry_id, e.entry_no, e.entered_at, e.scan_attached_at, e.reviewed_at, e.corrected_at,
                        e.page_file, e.defects, e.changed_at,
                        t.state,
                        t.attempts,
                        t.queued_at,
                        t.sent_at,
                        t.answered_at,
                        t.error_code,
                        t.ministry_ref,
                        t.requeue_key
                    ),
                    0
                ),
                0
            )
        ) as entries_hash
    from sohoa.entry as e
    left join sohoa.transfer as t on e.entry_id = t.entry_id
    group by e.book_id
)

select
    b.book_id::integer as book_id,
    coalesce(c.entries, 0) as entries,
    concat_ws(
        ':',
        hash_record_extended(
            row(
                b.register, b.opened_year, b.closed_year, b.book_no, b.opened_by, b.pages, b.closing_total, b.phase,
                b.collected_at, b.classified_at, b.scanned_at, b.scan_file
            ),
            0
        ),
        coalesce(c.entries_hash, 0)
    ) as digest
from sohoa.book as b
left join counted as c on b.book_id = c.book_id
