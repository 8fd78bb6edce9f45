-- Freezes how many entries and receipts are in which class, for registries whose state is frozen for the first time,
-- and the receipts that no registry can be told of (registry '').
-- Grain: one row per registry, register, opened year, phase, side and class.
-- :close_key; :registry_codes: registries whose state this call freezes, '' among them once. Needs classed.
-- Call only where the ledger was read: without it no class is known.
insert into closing.class_count (close_key, registry_code, register, opened_year, phase, side, class, items)
select
    :close_key,
    c.registry_code,
    c.register,
    c.opened_year,
    c.phase,
    c.side,
    c.class,
    sum(c.items)
from classed as c
where c.registry_code = any(:registry_codes)
group by c.registry_code, c.register, c.opened_year, c.phase, c.side, c.class
