-- Forgets what was found of pages in books that changed or are no more. No parameters. Needs changed_book.
delete from breaks.page_check as p
where
    exists (select 1 from changed_book as b where b.registry_code = p.registry_code and b.book_id = p.book_id)
    or not exists (
        select 1
        from breaks.book_check as c
        where c.registry_code = p.registry_code and c.book_id = p.book_id
    )
