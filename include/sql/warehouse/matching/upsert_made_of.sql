-- Notes what the pairs are made of. :made_of.
insert into matching.paired (made_of)
values (:made_of)
on conflict (only_row) do update set made_of = excluded.made_of
