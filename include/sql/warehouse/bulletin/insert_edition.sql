-- Adds a drafted edition and returns its id. Grain: one row.
-- :close_key; :edition_no; :drafted_at; :run_id; :content_digest.
insert into bulletin.edition (close_key, edition_no, drafted_at, run_id, content_digest)
values (:close_key, :edition_no, :drafted_at, :run_id, :content_digest)
returning edition_id
