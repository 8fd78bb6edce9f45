-- Takes away what was counted of the worklists at a close, before it is counted anew. :close_key.
delete from closing.worklist_count
where close_key = :close_key
