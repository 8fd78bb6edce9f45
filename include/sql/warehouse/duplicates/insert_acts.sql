-- Records what was asked for and allowed, for ever, and brings the cases to it. A confirmation or withdrawal carries
-- what it is about. Grain: one row per case. :by_whom; :acted_at. Needs asked_act.
with acted as (
    insert into transfers.duplicate_act (
        duplicate_id, act, outcome, why, by_whom, acted_at, proposal_id, proposed_by
    )
    select
        d.duplicate_id,
        a.act,
        case when a.act = 'propose' then a.outcome else d.outcome end,
        a.why,
        :by_whom,
        :acted_at,
        case when a.act != 'propose' then p.act_id end,
        case when a.act != 'propose' then p.by_whom end
    from asked_act as a
    inner join transfers.duplicate as d on a.registry_code = d.registry_code and a.entry_id = d.entry_id
    left join transfers.duplicate_act as p on d.proposal_id = p.act_id
    order by a.line
    returning act_id, duplicate_id, act, outcome, proposal_id
)

update transfers.duplicate as d
set
    state = case a.act when 'propose' then 'proposed' when 'confirm' then 'confirmed' else 'withdrawn' end,
    outcome = case when a.act != 'withdraw' then a.outcome end,
    proposal_id = case a.act when 'propose' then a.act_id when 'confirm' then a.proposal_id end
from acted as a
where d.duplicate_id = a.duplicate_id
