-- Public bulletins, completion records.
select 1 as nothing_yet;
