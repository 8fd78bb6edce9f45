-- Makes the temporary table looked: whose breaks this closing can tell, of what moment, and which kinds (`aspects`).
-- A registry's own when it was read for the close; those that rest on the ledger ('ledger', and registry '' for what no
-- registry can be told of) when the ledger was read for it too. A kind that rests on what the registry lacks is not
-- seen. What was looked at for the close before, or by a closing of a later close, is not looked at again.
-- Grain: one row per registry and part. :close_key. Rule: docs/figures.md, breaks.
create temporary table looked on commit drop as
with rests (part, aspect, needs) as (
    values
    (
        'own',
        'future_dated',
        array['entry.entered_at', 'entry.scan_attached_at', 'entry.reviewed_at', 'entry.corrected_at']
    ),
    ('own', 'entry_without_scan', array['entry.entered_at', 'entry.scan_attached_at', 'book.scanned_at']),
    ('own', 'closing_total', array['book.closing_total']),
    ('own', 'entry_no_repeated', cast('{}' as text[])),
    ('own', 'entry_no_gap', '{}'),
    ('own', 'scan_name of book', array['book.scan_file']),
    ('own', 'scan_name of entry', array['entry.page_file']),
    ('own', 'scan_of_another', array['entry.page_file']),
    ('own', 'scan_repeated', array['entry.page_file']),
    ('ledger', 'ref_key_differs', array['transfer.entry_id', 'transfer.state', 'transfer.ministry_ref']),
    ('ledger', 'accepted_unreceived', array['transfer.entry_id', 'transfer.state']),
    ('ledger', 'cancelled', '{}'),
    ('ledger', 'ledger_unknown', '{}'),
    ('ledger', 'ledger_double', '{}'),
    ('ledger', 'ledger_ambiguous', '{}')
),

-- What the mirror holds of a registry is its newest good reading, whatever it was made for.
held as (
    select
        k.registry_code,
        newest.reading_id,
        newest.read_at,
        newest.lacking
    from closing.registry_close as k
    cross join
        lateral (
            select
                r.reading_id,
                r.read_at,
                r.lacking
            from pull.reading as r
            where r.source_code = k.registry_code and r.was_read
            order by r.reading_id desc
            limit 1
        ) as newest
    where k.close_key = :close_key and k.state_read_at is not null
),

ledger as (
    select
        reading_id,
        read_at
    from pull.reading
    where source_code = 'ministry' and close_key = :close_key and was_read
    order by reading_id desc
    limit 1
),

seen as (
    select
        h.registry_code,
        r.part,
        h.reading_id,
        h.read_at,
        array_agg(r.aspect) as aspects
    from held as h
    cross join rests as r
    where not r.needs && h.lacking and (r.part = 'own' or exists (select 1 from ledger))
    group by h.registry_code, r.part, h.reading_id, h.read_at
    union all
    select
        '' as registry_code,
        'ledger' as part,
        l.reading_id,
        l.read_at,
        array['ledger_unknown', 'ledger_double', 'ledger_ambiguous'] as aspects
    from ledger as l
)

select s.*
from seen as s
where
    not exists (select 1 from closing.break_close as b where b.close_key > :close_key)
    and not exists (
        select 1
        from closing.break_look as b
        where b.close_key = :close_key and b.registry_code = s.registry_code and b.part = s.part
    )
