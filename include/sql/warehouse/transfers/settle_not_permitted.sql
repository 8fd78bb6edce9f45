-- Closes the open decisions of a registry whose log-in may not re-queue; what goes back once ever stays open.
-- Grain: one row per decision. $1: key of the close; $2: registry code; $3: moment of settling.
update transfers.decision
set state = 'not_permitted', settled_at = $3
where cleared_for = $1 and registry_code = $2 and state = 'decided' and rule != 'not a duplicate'
returning decision_id
