-- Takes back the counts of registries that this closing could look at and an earlier one of the same close could not.
-- :close_key. Needs looked.
delete from closing.break_count
where close_key = :close_key and registry_code in (select l.registry_code from looked as l)
