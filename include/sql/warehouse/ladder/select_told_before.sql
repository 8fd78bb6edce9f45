-- Returns who was told before a close of the episodes that stand at it, as far as was known when the papers of the
-- close were first written. Grain: one row per step, oldest first. :close_key.
with standing as (
    select
        k.registry_code,
        k.episode_key
    from ladder.climb as k
    where k.close_key = :close_key
    union
    select
        s.registry_code,
        s.episode_key
    from ladder.step as s
    where s.close_key = :close_key
),

papers as materialized (
    select (select w.written_at from mail.written as w where w.close_key = :close_key) as written_at
)

select
    b.registry_code,
    b.level,
    b.told_office,
    c.day
from standing as s
inner join ladder.step as b on s.registry_code = b.registry_code and s.episode_key = b.episode_key
inner join closing.close as c on b.close_key = c.close_key
where
    b.close_key < :close_key
    and exists (
        select 1
        from mail.message as m
        cross join papers as w
        where
            m.close_key = b.close_key
            and m.kind = 'daily'
            and m.queued_at <= coalesce(w.written_at, 'infinity')
            and (m.state in ('queued', 'sending', 'accepted', 'deferred', 'uncertain') or m.settled_at > w.written_at)
            and lower(m.address) = lower(b.told_address)
    )
order by b.registry_code, b.close_key
