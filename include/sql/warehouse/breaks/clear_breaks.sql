-- Clears the open breaks that were looked for and are not there any more.
-- Grain: one row per break. :close_key. Needs looked, found_break, unjudged_receipt.
update breaks.known as k
set
    state = 'cleared',
    cleared_key = :close_key
from looked as l
where
    k.state = 'open'
    and k.registry_code = l.registry_code
    and k.aspect = any(l.aspects)
    and not exists (
        select 1
        from found_break as f
        where f.registry_code = k.registry_code and f.kind = k.kind and f.subject = k.subject
    )
    and not (k.registry_code = '' and k.subject in (select u.receipt_id::text from unjudged_receipt as u))
