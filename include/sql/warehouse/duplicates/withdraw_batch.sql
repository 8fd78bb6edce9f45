-- Withdraws the proposals of a batch that wait still. Grain: one row per case. :batch_id; :by_whom; :why; :acted_at.
with acted as (
    insert into transfers.duplicate_act (
        duplicate_id, act, outcome, why, by_whom, acted_at, proposal_id, proposed_by, batch_id
    )
    select
        d.duplicate_id,
        'withdraw',
        a.outcome,
        :why,
        :by_whom,
        :acted_at,
        a.act_id,
        a.by_whom,
        a.batch_id
    from transfers.duplicate_act as a
    inner join transfers.duplicate as d on a.duplicate_id = d.duplicate_id and a.act_id = d.proposal_id
    where a.batch_id = :batch_id and a.act = 'propose' and d.state = 'proposed'
    order by a.act_id
    returning duplicate_id
)

update transfers.duplicate as d
set
    state = 'withdrawn',
    outcome = null,
    proposal_id = null
from acted as a
where d.duplicate_id = a.duplicate_id
