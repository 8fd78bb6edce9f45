-- Returns who was told before a close of the episodes that its steps are of, but for the Department, whose papers these
-- are. Grain: one row per step, oldest first.
-- :close_key.
select
    b.registry_code,
    b.level,
    b.told_office,
    c.day
from ladder.step as s
inner join ladder.step as b
    on s.registry_code = b.registry_code and s.episode_key = b.episode_key and s.close_key > b.close_key
inner join closing.close as c on b.close_key = c.close_key
where
    s.close_key = :close_key
    and b.level in ('unit', 'district', 'owner')
    and exists (
        select 1
        from mail.message as m
        where
            m.close_key = b.close_key
            and m.kind = 'daily'
            and m.state != 'refused'
            and lower(m.address) = lower(b.told_address)
    )
order by b.registry_code, b.close_key
