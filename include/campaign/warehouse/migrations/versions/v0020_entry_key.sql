-- The number of an entry as matching compares it, folded once when it is read instead of at every close.
-- A change of mirror.fold has to make this column anew: PostgreSQL does not do it by itself.
alter table mirror.entry add column entry_key text generated always as (mirror.fold(entry_no)) stored;
