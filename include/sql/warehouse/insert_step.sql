-- Notes who is told of a flagged registry at a close.
insert into ladder.step (close_key, registry_code, level, told_unit, told_office, told_address)
values (:close_key, :registry_code, :level, :told_unit, :told_office, :told_address)
