-- Returns the files of an edition. Grain: one file, by name. :edition_id.
select
    name,
    content
from bulletin.file
where edition_id = :edition_id
order by name
