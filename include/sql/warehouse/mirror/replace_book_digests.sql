-- Keeps the source's new digests of changed and new books. $1: registry code.
insert into pull.book_digest (registry_code, book_id, entries, digest)
select
    $1,
    i.book_id,
    i.entries,
    i.digest
from incoming_digest as i
on conflict (registry_code, book_id) do update set entries = excluded.entries, digest = excluded.digest
