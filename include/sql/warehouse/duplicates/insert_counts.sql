-- Freezes how many duplicates stand and remain to be decided, and what changed since the close counted before.
-- Grain: one row per registry that is counted now and phase. :close_key. Needs counted_registry.
insert into closing.duplicate_count (
    close_key, registry_code, phase, known, standing, remaining, open, proposed, needs_paper, technical, in_ledger,
    same_record, not_duplicate, decided_so_far, new, decided, gone, looked
)
with cases as (
    select
        *,
        case when counted_key = :close_key then counted_before else counted end as remained
    from transfers.duplicate
)

select
    :close_key,
    g.registry_code,
    f.phase,
    count(d.duplicate_id),
    count(*) filter (where d.gone_key is null and d.duplicate_id is not null),
    count(*) filter (where d.remaining),
    count(*) filter (where d.remaining and d.state in ('open', 'withdrawn')),
    count(*) filter (where d.remaining and d.state = 'proposed'),
    count(*) filter (where d.remaining and d.state = 'confirmed'),
    count(*) filter (where d.remaining and d.kind = 'technical'),
    count(*) filter (where d.remaining and d.partner_receipt_id is not null),
    count(*) filter (where d.gone_key is null and d.state = 'confirmed' and d.outcome = 'same_record'),
    count(*) filter (where d.gone_key is null and d.state = 'confirmed' and d.outcome = 'not_duplicate'),
    count(*) filter (where d.state = 'confirmed' and d.outcome != 'needs_paper'),
    count(*) filter (where d.remaining and not d.remained),
    count(*) filter (where d.gone_key is null and not d.remaining and d.remained),
    count(*) filter (where d.gone_key is not null and d.remained),
    g.looked
from counted_registry as g
cross join (values (1::smallint), (2::smallint)) as f (phase)
left join cases as d on g.registry_code = d.registry_code and f.phase = d.phase
group by g.registry_code, g.looked, f.phase
