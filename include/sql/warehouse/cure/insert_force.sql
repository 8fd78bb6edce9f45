-- Freezes one partner's people of one kind in one unit. The columns by their names.
insert into cure.force (
    close_key, place, partner, kind, unit_code, promised, promised_here, present, missing, reported, registries
)
values (
    :close_key, :place, :partner, :kind, :unit_code, :promised, :promised_here, :present, :missing, :reported,
    :registries
)
