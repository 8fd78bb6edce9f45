-- Returns batches of proposals and what became of their cases, the newest first. Grain: one row per batch.
-- :batch_id (null: all); :by_whom: whose looks at the sample are counted (null: anybody's).
with newest_look as (
    select distinct on (k.batch_id, k.duplicate_id, mirror.fold(k.by_whom))
        k.batch_id,
        k.duplicate_id,
        k.verdict,
        cast(:by_whom as text) is null or mirror.fold(k.by_whom) = mirror.fold(:by_whom) as own
    from transfers.duplicate_look as k
    order by k.batch_id asc, k.duplicate_id asc, mirror.fold(k.by_whom), k.look_id desc
),

cases as (
    select
        a.batch_id,
        a.duplicate_id,
        a.sample,
        d.gone_key is null and d.state = 'proposed' and d.proposal_id = a.act_id as waits,
        exists(
            select 1
            from transfers.duplicate_act as c
            where c.proposal_id = a.act_id and c.act = 'confirm'
        ) as confirmed,
        exists(
            select 1
            from transfers.duplicate_act as w
            where w.proposal_id = a.act_id and w.act = 'withdraw'
        ) as withdrawn,
        exists(
            select 1
            from newest_look as k
            where k.batch_id = a.batch_id and k.duplicate_id = a.duplicate_id and k.own and k.verdict = 'right'
        ) as looked_right
    from transfers.duplicate_act as a
    inner join transfers.duplicate as d on a.duplicate_id = d.duplicate_id
    where
        a.batch_id is not null
        and a.act = 'propose'
        and (cast(:batch_id as bigint) is null or a.batch_id = :batch_id)
)

select
    b.batch_id,
    b.unit_code,
    u.full_name,
    b.made_at,
    b.by_whom,
    b.why,
    b.seed,
    b.cases,
    b.sample_cases,
    count(*) filter (where c.waits)::integer as waiting,
    count(*) filter (where c.confirmed)::integer as confirmed,
    count(*) filter (where c.withdrawn)::integer as withdrawn,
    count(*) filter (where c.sample and c.waits)::integer as sample_waiting,
    count(*) filter (where c.sample and c.waits and c.looked_right)::integer as sample_right,
    (
        select count(distinct k.duplicate_id)::integer
        from newest_look as k
        where k.batch_id = b.batch_id and k.verdict = 'wrong'
    ) as found_wrong
from transfers.duplicate_batch as b
inner join cases as c on b.batch_id = c.batch_id
left join plan.unit as u on b.unit_code = u.code
group by b.batch_id, u.full_name
order by b.batch_id desc
