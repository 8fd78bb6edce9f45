-- Returns the digests of one registry's books at its last good reading. Grain: one row per book. $1: registry code.
select
    book_id,
    digest
from pull.book_digest
where registry_code = $1
