-- Third step of matching: what is left still, by the natural key, compared folded.
-- Grain: one row per receipt and candidate entry. No parameters. Needs proof_left_over, proof_book, proof_entry.
insert into proof_pair (receipt_id, registry_code, entry_id, how)
select
    r.receipt_id,
    e.registry_code,
    e.entry_id,
    'key'
from proof_left_over as r
inner join proof_book as b
    on
        r.opened_year = b.opened_year
        and r.register = mirror.fold(b.register)
        and r.book_no = mirror.fold(b.book_no)
inner join proof_entry as e
    on
        b.registry_code = e.registry_code
        and b.book_id = e.book_id
        and r.entry_no = mirror.fold(e.entry_no)
where
    not exists (select 1 from proof_pair as p where p.receipt_id = r.receipt_id)
    and (
        r.unit_code = b.opened_by
        or exists (
            select 1
            from plan.code_meaning as m
            where m.unit_code = r.unit_code and m.registry_code = b.registry_code
        )
    )
