-- Keeps what a message says of a close. Grain: one row per unit and figure. :message_key; :close_key; :units, :figures,
-- :of_registries and :values: one element each per row; a value that is null has no data.
insert into mail.published_figure (message_key, close_key, unit_code, figure, of_registry, value)
select
    :message_key,
    :close_key,
    f.unit_code,
    f.figure,
    f.of_registry,
    f.value
from
    unnest(
        cast(:units as text[]), cast(:figures as text[]), cast(:of_registries as boolean[]), cast(:values as integer[])
    ) as f (unit_code, figure, of_registry, value)
