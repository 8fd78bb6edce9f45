-- Every requeue there ever was, in the order in which it was made: entry_id, key.
select entry_id, key from sohoa.requeue_log order by put_at, entry_id, key
