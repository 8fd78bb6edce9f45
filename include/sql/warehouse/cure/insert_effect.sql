-- Freezes what became of one registry after one act. The columns by their names.
insert into cure.effect (
    close_key, kind, registry_code, event_key, before_per_day, after_per_day, ratio, alike_ratio, alike
)
values (
    :close_key, :kind, :registry_code, :event_key, :before_per_day, :after_per_day, :ratio, :alike_ratio, :alike
)
