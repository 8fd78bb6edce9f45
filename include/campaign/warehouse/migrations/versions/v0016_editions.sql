-- Editions of a close: what was published of it, held, released or dropped.
select 1 as nothing_yet;
