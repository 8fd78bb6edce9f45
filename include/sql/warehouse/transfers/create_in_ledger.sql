-- Makes the temporary table in_ledger: failing entries with a live receipt that is, or could be, their own; the lowest.
-- own: one of them can be of no other entry.
-- Grain: one row per entry. :as_of. Needs failing, pair and ambiguous.
create temporary table in_ledger on commit drop as
select
    f.registry_code,
    f.entry_id,
    min(p.receipt_id) as receipt_id,
    bool_or(p.receipt_id not in (select a.receipt_id from matching.ambiguous as a)) as own
from failing as f
inner join matching.pair as p
    on
        f.entry_hash = hashtextextended(p.registry_code, p.entry_id)
        and f.registry_code = p.registry_code
        and f.entry_id = p.entry_id
where p.cancelled_at is null or p.cancelled_at > :as_of
group by f.registry_code, f.entry_id
