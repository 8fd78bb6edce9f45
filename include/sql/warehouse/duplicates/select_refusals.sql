-- Returns what cannot be done of what is asked for, and what is known of the case. Grain: one row per such line.
-- :by_whom: who asks; :one_by_one: each case is looked at by itself, so that those of a batch may be confirmed apart
-- from it. Needs asked_act.
with went_back as (
    select a.line
    from asked_act as a
    inner join transfers.decision as t on a.registry_code = t.registry_code and a.entry_id = t.entry_id
    where t.rule = 'not a duplicate'
),

judged as (
    select
        a.line,
        a.registry_code,
        a.entry_id,
        d.gone_key,
        d.gone_why,
        d.state,
        d.outcome,
        p.by_whom as proposed_by,
        p.batch_id,
        case
            when d.duplicate_id is null then 'unknown'
            when count(*) over (partition by a.registry_code, a.entry_id) > 1 then 'twice'
            when d.gone_key is not null then 'gone'
            when a.act = 'propose'
                then
                    case
                        when d.state = 'proposed' then 'proposed'
                        when not d.remaining then 'decided'
                        when a.outcome = 'not_duplicate' and x.line is not null then 'went_back'
                    end
            when a.act = 'confirm'
                then
                    case
                        when d.state != 'proposed' then 'not_proposed'
                        when a.outcome != d.outcome then 'other_outcome'
                        when mirror.fold(p.by_whom) = mirror.fold(:by_whom) then 'own_proposal'
                        when d.outcome = 'not_duplicate' and x.line is not null then 'went_back'
                        when p.batch_id is not null and not :one_by_one then 'of_batch'
                    end
            when d.proposal_id is null then 'nothing_said'
            when d.state = 'confirmed' and d.outcome = 'not_duplicate' and x.line is not null then 'put_back'
        end as reason
    from asked_act as a
    left join transfers.duplicate as d on a.registry_code = d.registry_code and a.entry_id = d.entry_id
    left join transfers.duplicate_act as p on d.proposal_id = p.act_id
    left join went_back as x on a.line = x.line
)

select *
from judged
where reason is not null
order by line
