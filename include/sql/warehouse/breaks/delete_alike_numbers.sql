-- Forgets which entries of changed books, and of books that are no more, share their number with another.
-- No parameters. Needs changed_book; follows delete_book_checks.
delete from breaks.alike_number as a
where
    exists (
        select 1
        from changed_book as b
        where b.registry_code = a.registry_code and b.book_id = a.book_id
    )
    or not exists (
        select 1
        from breaks.book_check as c
        where c.registry_code = a.registry_code and c.book_id = a.book_id
    )
