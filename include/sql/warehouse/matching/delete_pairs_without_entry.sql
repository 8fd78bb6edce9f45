-- Takes away the rows of matching.pair that step 1 left without an entry. No parameters. Needs unpaired.
delete from matching.pair
where entry_id is null
