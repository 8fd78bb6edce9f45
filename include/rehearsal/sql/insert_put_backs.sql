-- Writes the put-backs in incoming_put_back that are not known yet.
insert into truth.put_back (
    registry_code, entry_id, requeue_key, put_at, state, error_code, outcome, was_received, was_visible, was_changed
)
select * from incoming_put_back
on conflict do nothing
