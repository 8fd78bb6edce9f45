-- Freezes people of one kind who could go from one registry to another. The columns by their names.
insert into cure.proposal (
    close_key, place, receiver, giver, kind, people, days, neighbouring, chance_before, chance_after, giver_chance
)
values (
    :close_key, :place, :receiver, :giver, :kind, :people, :days, :neighbouring, :chance_before, :chance_after,
    :giver_chance
)
