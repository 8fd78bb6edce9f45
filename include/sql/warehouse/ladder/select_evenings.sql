-- Returns what earlier evenings of the ladder were for each registry that was judged. What has no letter in the outbox
-- told nobody anything; a flag that was withdrawn since is none.
-- Grain: one row per evening and registry, oldest first. :close_key: evenings before this close; :kinds that climb.
with evenings as (
    select
        e.close_key,
        exists(
            select 1
            from mail.letter as m
            where m.close_key = e.close_key and m.kind = 'daily' and m.state != 'dropped'
        ) as posted
    from ladder.evening as e
    where e.close_key < :close_key
),

flagged as (
    select distinct
        f.close_key,
        f.registry_code
    from ladder.flag as f
    left join ladder.withdrawn as w
        on f.close_key = w.close_key and f.registry_code = w.registry_code and f.kind = w.kind
    where f.kind = any(:kinds) and w.registry_code is null
)

select
    v.close_key,
    j.registry_code,
    f.registry_code is not null as flagged,
    v.posted and coalesce(b.outcome in ('told', 'waits'), false) as counted,
    v.posted and coalesce(b.outcome = 'ended', false) as ended
from evenings as v
inner join pace.judged as j on v.close_key = j.close_key and j.judged
left join flagged as f on j.close_key = f.close_key and j.registry_code = f.registry_code
left join ladder.climb as b on j.close_key = b.close_key and j.registry_code = b.registry_code
order by v.close_key, j.registry_code
