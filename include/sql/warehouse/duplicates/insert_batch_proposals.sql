-- Proposes the cases of a batch, the oldest first, and draws its sample by its seed. Grain: one row per case.
-- :batch_id.
with chosen as (
    select
        r.duplicate_id,
        b.batch_id,
        b.why,
        b.by_whom,
        b.made_at,
        b.sample_cases,
        hashtextextended(concat_ws('/', r.registry_code, r.entry_id), b.seed) as lot
    from transfers.duplicate_batch as b
    inner join transfers.bulk_ready as r on b.unit_code in (r.area_code, r.registry_code)
    where b.batch_id = :batch_id
    order by r.duplicate_id
    limit (select cases from transfers.duplicate_batch where batch_id = :batch_id)
),

acted as (
    insert into transfers.duplicate_act (duplicate_id, act, outcome, why, by_whom, acted_at, batch_id, sample)
    select
        duplicate_id,
        'propose',
        'same_record',
        why,
        by_whom,
        made_at,
        batch_id,
        row_number() over (order by lot, duplicate_id) <= sample_cases
    from chosen
    returning act_id, duplicate_id
)

update transfers.duplicate as d
set
    state = 'proposed',
    outcome = 'same_record',
    proposal_id = a.act_id
from acted as a
where d.duplicate_id = a.duplicate_id
