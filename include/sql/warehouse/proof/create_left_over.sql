-- Makes the temporary table proof_left_over: receipts whose reference no entry carries, with their numbers folded.
-- Grain: one row per receipt. No parameters. Needs proof_pair with its first step.
create temporary table proof_left_over on commit drop as
select
    r.receipt_id,
    r.unit_code,
    r.sender_entry_id,
    r.opened_year,
    mirror.fold(r.register) as register,
    mirror.fold(r.book_no) as book_no,
    mirror.fold(r.entry_no) as entry_no
from proof_receipt as r
where not exists (select 1 from proof_pair as p where p.receipt_id = r.receipt_id)
