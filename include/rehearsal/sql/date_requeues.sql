-- Requeues are logged by the clock of the machine; in the world it is another time. Parameter: noticed (timestamptz), entry_ids, keys.
update sohoa.requeue_log l
   set put_at = %(noticed)s
  from unnest(%(entry_ids)s::bigint[], %(keys)s::text[]) as n (entry_id, key)
 where l.entry_id = n.entry_id and l.key = n.key
