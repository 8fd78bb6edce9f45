-- Forgets what was found in books that are no more. No parameters.
delete from breaks.book_check as c
where not exists (
    select 1
    from mirror.book as b
    where b.registry_code = c.registry_code and b.book_id = c.book_id
)
