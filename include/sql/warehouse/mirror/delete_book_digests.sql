-- Forgets the digests of books that vanished at the source. $1: registry code; $2: book ids.
delete from pull.book_digest
where registry_code = $1 and book_id = any($2::integer[])
