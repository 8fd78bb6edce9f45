-- Records that a registry fell silent or is back, once: returns a row when it is new. Grain: at most one row.
-- :registry_code; :kind; :since; :outcome; :noticed_at; :message_key (null: nobody is told).
insert into sources.alert (registry_code, kind, since, outcome, noticed_at, message_key)
values (:registry_code, :kind, :since, :outcome, :noticed_at, :message_key)
on conflict (registry_code, kind, since) do nothing
returning alert_id
