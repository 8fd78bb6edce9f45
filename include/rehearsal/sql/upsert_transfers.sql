-- Brings the outbox to the state in incoming_transfer. Error texts quote people, as those of the Ministry do.
-- Parameters: states, outcomes, keys (text[], by number), first_receipt (the registry's receipt numbers follow it).
insert into sohoa.transfer as t (
    entry_id, state, attempts, queued_at, sent_at, answered_at, error_code, error_text, ministry_ref, requeue_key
)
select i.entry_id,
       (%(states)s::text[])[i.state + 1],
       i.attempts,
       to_timestamp(i.queued),
       to_timestamp(nullif(i.sent, 0)),
       to_timestamp(nullif(i.answered, 0)),
       c.code,
       case when c.code like 'REMOTE_%%' then 'Hệ thống tiếp nhận không phản hồi'
            when c.code is not null then 'Hồ sơ của ' || coalesce(e.full_name, '?') || ' không được tiếp nhận'
       end,
       case when (%(states)s::text[])[i.state + 1] = 'accepted'
            then rehearsal.ministry_ref(%(first_receipt)s::bigint + i.entry_id)
       end,
       case when i.key >= 0 then (%(keys)s::text[])[i.key + 1] end
  from incoming_transfer i
  join sohoa.entry e on e.entry_id = i.entry_id
 cross join lateral (select case when i.error > 0 then (%(outcomes)s::text[])[i.error + 1] end as code) c
    on conflict (entry_id) do update
   set state = excluded.state, attempts = excluded.attempts, queued_at = excluded.queued_at, sent_at = excluded.sent_at,
       answered_at = excluded.answered_at, error_code = excluded.error_code, error_text = excluded.error_text,
       ministry_ref = excluded.ministry_ref, requeue_key = excluded.requeue_key
