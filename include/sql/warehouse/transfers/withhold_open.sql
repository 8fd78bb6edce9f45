-- Takes back the leave to carry out decisions that are still open: each is looked at anew first. No parameters.
update transfers.decision
set cleared_for = null
where state = 'decided' and cleared_for is not null
