-- Freezes what one registry needs. The columns by their names.
insert into cure.need (
    close_key, registry_code, until, remaining, chance, needed_per_day, per_person_day, days_known, mixed, people,
    computers, more_people, days, more_computers, computers_first, no_scanner, offline
)
values (
    :close_key, :registry_code, :until, :remaining, :chance, :needed_per_day, :per_person_day, :days_known, :mixed,
    :people, :computers, :more_people, :days, :more_computers, :computers_first, :no_scanner, :offline
)
