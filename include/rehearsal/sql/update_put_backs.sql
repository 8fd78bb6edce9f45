-- Writes what has come of put-backs, from incoming_answer.
update truth.put_back p
   set answer = a.answer, sent_at = a.sent_at, received_at = a.received_at
  from incoming_answer a
 where (p.registry_code, p.entry_id, p.requeue_key) = (a.registry_code, a.entry_id, a.requeue_key)
   and (p.answer, p.sent_at, p.received_at) is distinct from (a.answer, a.sent_at, a.received_at)
