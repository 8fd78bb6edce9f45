-- Records that a source fell silent or is back, once: returns a row when it is new. Grain: at most one row.
-- :source_code; :kind; :since; :outcome; :noticed_at; :message_key (null: nobody is told).
insert into sources.alert (source_code, kind, since, outcome, noticed_at, message_key)
values (:source_code, :kind, :since, :outcome, :noticed_at, :message_key)
on conflict (source_code, kind, since) do nothing
returning alert_id
