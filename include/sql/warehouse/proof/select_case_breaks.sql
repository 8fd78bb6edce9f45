-- Returns the breaks of an entry, of its receipts and of its books, with each spell and what was said of them.
-- Grain: one row per break and spell. :registry_code; :entry; :receipts; :books: ids as text.
select
    k.break_id,
    k.kind,
    k.subject,
    coalesce(n.name_vi, k.kind) as name_vi,
    f.as_of as began_at,
    u.as_of as ended_at,
    s.from_key,
    s.until_key
from breaks.known as k
inner join breaks.spell as s on k.break_id = s.break_id
inner join closing.close as f on s.from_key = f.close_key
left join closing.close as u on s.until_key = u.close_key
left join plan.break_kind as n on k.kind = n.kind
where
    (
        k.registry_code = :registry_code
        and k.subject in (:entry, 'entry ' || :entry)
        and k.kind not in (
            'closing_total', 'entry_no_repeated', 'entry_no_gap', 'ledger_unknown', 'ledger_double', 'ledger_ambiguous'
        )
    )
    or (
        k.registry_code = :registry_code
        and (
            (k.kind in ('closing_total', 'entry_no_repeated', 'entry_no_gap') and k.subject = any(:books))
            or k.subject in (select 'book ' || b from unnest(cast(:books as text[])) as b)
        )
    )
    or (k.kind in ('ledger_unknown', 'ledger_double', 'ledger_ambiguous') and k.subject = any(:receipts))
order by f.as_of, k.kind, k.subject
