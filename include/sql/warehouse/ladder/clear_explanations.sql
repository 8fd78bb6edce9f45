-- Takes back which difficulties explain the flags of a close, before it is looked at anew. :close_key
update ladder.flag
set owner = 'unit', explained_by = null
where close_key = :close_key and explained_by is not null
