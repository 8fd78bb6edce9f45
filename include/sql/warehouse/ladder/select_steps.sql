-- Returns the steps of earlier evenings whose letters are in the outbox. Grain: one row per step, oldest first.
-- :close_key: evenings before this close.
select
    s.close_key,
    s.registry_code,
    s.level,
    coalesce(s.episode_key, s.close_key) as episode_key,
    s.difficulty_id,
    s.told_unit,
    s.told_office,
    s.told_address,
    m.reaches as reached
from ladder.step as s
inner join mail.letter as m
    on s.close_key = m.close_key and m.kind = 'daily' and lower(s.told_address) = lower(m.address)
where s.close_key < :close_key
order by s.close_key, s.registry_code, s.level
