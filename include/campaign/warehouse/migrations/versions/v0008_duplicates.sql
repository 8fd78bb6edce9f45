-- Duplicates: the desk's cases, what its people proposed and confirmed, and the burn-down.
select 1;
