-- Forgets what was found of keys in books or ranges of receipts that changed or are no more. No parameters.
-- Needs changed_book and changed_receipt.
delete from breaks.key_check as k
where
    exists (select 1 from changed_book as b where b.registry_code = k.registry_code and b.book_id = k.book_id)
    or exists (select 1 from changed_receipt as r where r.receipt_id = k.receipt_id)
    or not exists (
        select 1
        from breaks.book_check as c
        where c.registry_code = k.registry_code and c.book_id = k.book_id
    )
    or not exists (select 1 from mirror.receipt as r where r.receipt_id = k.receipt_id)
