-- Confirms the cases of a batch that wait still and whose partner is in the ledger still. Grain: one row per case.
-- :batch_id; :by_whom; :why; :acted_at.
with acted as (
    insert into transfers.duplicate_act (
        duplicate_id, act, outcome, why, by_whom, acted_at, proposal_id, proposed_by, batch_id, sample
    )
    select
        d.duplicate_id,
        'confirm',
        a.outcome,
        :why,
        :by_whom,
        :acted_at,
        a.act_id,
        a.by_whom,
        a.batch_id,
        a.sample
    from transfers.duplicate_act as a
    inner join transfers.duplicate as d on a.duplicate_id = d.duplicate_id and a.act_id = d.proposal_id
    where
        a.batch_id = :batch_id
        and a.act = 'propose'
        and d.gone_key is null
        and d.state = 'proposed'
        and d.suggested = 'same_record'
    order by a.act_id
    returning duplicate_id
)

update transfers.duplicate as d
set state = 'confirmed'
from acted as a
where d.duplicate_id = a.duplicate_id
