-- Freezes for a close that is counted after a later one what was known at the close before it: nothing new, nothing
-- decided, nothing looked at. Does nothing where it has counts. Grain: one row per registry and phase.
-- :close_key; :previous_key.
insert into closing.duplicate_count (
    close_key, registry_code, phase, known, standing, remaining, open, proposed, needs_paper, technical, in_ledger,
    same_record, not_duplicate, decided_so_far, new, decided, gone, looked
)
select
    :close_key,
    c.registry_code,
    c.phase,
    c.known, c.standing, c.remaining, c.open, c.proposed, c.needs_paper, c.technical, c.in_ledger,
    c.same_record, c.not_duplicate, c.decided_so_far,
    0, 0, 0,
    false
from closing.duplicate_count as c
where c.close_key = :previous_key
on conflict (close_key, registry_code, phase) do nothing
