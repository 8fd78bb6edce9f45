-- Returns what every evening was for a registry, and who was told. Grain: one row per evening and address told, oldest
-- first. :registry_code
select
    b.close_key,
    b.episode_key,
    b.in_row,
    b.counted,
    b.outcome,
    s.level,
    coalesce(s.told_office, e.told_office) as told_office,
    m.state as mail_state
from ladder.climb as b
left join ladder.step as s on b.close_key = s.close_key and b.registry_code = s.registry_code
left join ladder.episode_end as e on b.close_key = e.close_key and b.registry_code = e.registry_code
left join mail.letter as m
    on
        b.close_key = m.close_key
        and m.kind = 'daily'
        and lower(m.address) = lower(coalesce(s.told_address, e.told_address))
where b.registry_code = :registry_code
order by b.close_key, s.level, told_office
