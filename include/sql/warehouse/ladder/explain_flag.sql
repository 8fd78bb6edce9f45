-- Notes the difficulty that explains a flag, and whose it is. :close_key; :registry_code; :kind; :difficulty_id; :owner
update ladder.flag
set owner = :owner, explained_by = :difficulty_id
where close_key = :close_key and registry_code = :registry_code and kind = :kind
