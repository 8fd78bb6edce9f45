-- Stops a redrive that is open: no later wave takes of it. Returns its id; nothing where it is not open.
-- Grain: one row. :redrive_id; :stopped_by; :stopped_why; :stopped_at.
update transfers.redrive as r
set
    state = 'stopped',
    stopped_by = :stopped_by,
    stopped_why = :stopped_why,
    stopped_at = :stopped_at
where r.redrive_id = :redrive_id and r.state = 'open'
returning r.redrive_id
