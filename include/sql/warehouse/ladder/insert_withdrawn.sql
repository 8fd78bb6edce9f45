-- Notes that a flag is withdrawn. Grain: one row. :close_key; :registry_code; :kind; :found_key
insert into ladder.withdrawn (close_key, registry_code, kind, found_key)
values (:close_key, :registry_code, :kind, :found_key)
on conflict do nothing
