-- Deletes the entries in gone_entry; their transfers go with them.
delete from sohoa.entry e using gone_entry g where e.entry_id = g.entry_id
