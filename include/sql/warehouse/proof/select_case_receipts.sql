-- Returns receipts as the ledger showed them last, with the reading that first showed them and, where the ledger shows
-- them no more, the one that found it. Grain: one row per receipt. :receipt_ids. Needs receipt_version.
select distinct on (v.receipt_id)
    v.receipt_id,
    v.ministry_ref,
    v.unit_code,
    v.register,
    v.opened_year,
    v.book_no,
    v.entry_no,
    v.sender_entry_id,
    v.received_at,
    v.cancelled_at,
    (
        select min(r.read_at)
        from receipt_version as f
        inner join pull.reading as r on f.since = r.reading_id
        where f.receipt_id = v.receipt_id
    ) as seen_at,
    ended.read_at as ended_at
from receipt_version as v
left join pull.reading as ended on v.until = ended.reading_id
where v.receipt_id = any(:receipt_ids)
order by v.receipt_id asc, v.since desc
