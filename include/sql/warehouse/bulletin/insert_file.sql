-- Keeps a file of an edition, as it goes out. Grain: one file. :edition_id; :name; :content.
insert into bulletin.file (edition_id, name, content)
values (:edition_id, :name, :content)
