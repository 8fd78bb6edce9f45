-- Makes the temporary table unjudged_receipt: receipts of no registry whose unit code can mean one that is not looked
-- at: what they match is not known. Grain: one row per receipt. No parameters. Needs looked, code_meaning.
create temporary table unjudged_receipt on commit drop as
select r.receipt_id
from mirror.receipt as r
where
    r.unit_code in (
        select m.unit_code
        from matching.code_meaning as m
        group by m.unit_code
        having count(*) > 1 and count(*) > count(*) filter (
            where m.registry_code in (select l.registry_code from looked as l where l.part = 'ledger')
        )
    )
