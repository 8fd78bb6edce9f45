-- Ends the difficulties that reports tell no more. Those that the data team entered stay until a person closes them.
-- :close_key; :day of the close; :registry_codes and :kinds, in step: those that are still told.
update ladder.difficulty as d
set closed_on = :day, closed_key = :close_key
where
    d.closed_key is null
    and d.opened_key <= :close_key
    and not d.entered_by_hand
    and not exists (
        select 1
        from unnest(cast(:registry_codes as text[]), cast(:kinds as text[])) as t (registry_code, kind)
        where t.registry_code = d.registry_code and t.kind = d.kind
    )
