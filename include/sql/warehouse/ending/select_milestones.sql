-- Returns how many registries made each milestone that is past, missed it, or have no data; those without a quota are
-- in none of them. Grain: one row per milestone, by instant. :close_key.
select
    m.milestone_id,
    count(*) filter (where s.done >= s.quota)::integer as made,
    count(*) filter (where s.done < s.quota)::integer as missed,
    count(*) filter (where s.quota is not null and s.done is null)::integer as unknown
from milestone.close as m
inner join milestone.standing as s on m.milestone_id = s.milestone_id
where m.close_key <= :close_key
group by m.milestone_id, m.instant
order by m.instant, m.milestone_id
