-- Where put-backs are copied to on their way into the truth, and what has come of them.
create temp table incoming_put_back (like truth.put_back) on commit drop;
alter table incoming_put_back drop column answer, drop column sent_at, drop column received_at;
create temp table incoming_answer (
    registry_code text, entry_id bigint, requeue_key text, answer text, sent_at timestamptz, received_at timestamptz
) on commit drop
